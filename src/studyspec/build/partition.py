"""A build of some subjects: a pure function from their raw records to datasets, findings, ledger and lineage.

A study is a map of this function over partitions of subjects, followed by `merge`. The result does not depend on how
the subjects were divided.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise, repeat

import numpy as np
import pandas as pd

from studyspec.build.conform import conform
from studyspec.build.data import Data, at_record
from studyspec.build.datachecks import run_checks
from studyspec.build.dataset import (
    derive_variable,
    in_key_order,
    publish,
    record_numbers,
    sequence_variable,
)
from studyspec.build.evaluate import evaluate
from studyspec.build.ledger import Ledger, lineage, merge_entries, sort_lineage, unaccounted
from studyspec.build.plan import Plan, SpecPlan, Stage
from studyspec.build.records import FORM, RECORD, IndexArray, RecordSet, text_series
from studyspec.build.sources import stack_sources
from studyspec.build.supp import supplemental_qualifiers
from studyspec.derive.columns import is_missing
from studyspec.derive.registry import Registry
from studyspec.findings import Finding, Rule
from studyspec.spec.dataset_sheet import DatasetSheet
from studyspec.spec.expression.parse import parse
from studyspec.spec.model import Spec
from studyspec.spec.rules_sheets import filled_in

Forms = dict[str, RecordSet]


NO_SUBJECT = Rule(
    "DATA-204",
    "error",
    "Record without a subject",
    why="Every record of a clinical form belongs to a subject; without one it cannot be placed in any dataset.",
    action="Query the site; or correct Subject in the sheet Forms.",
)
NOT_IN_DM = Rule(
    "DATA-205",
    "error",
    "Subject is not in DM",
    why="Every subject in a dataset must be in DM (SDTMIG 3.4, section 5.2).",
    action="Query the site for the enrolment record, or leave such records out with Where in the sheet Sources.",
)


@dataclass
class Part:
    """What a build of some subjects gives.

    `records` are the finished datasets with supplementals and source columns still on them; `ledger` and `lineage` are
    described in build/ledger.py.
    """

    records: dict[str, RecordSet]
    findings: list[Finding]
    ledger: pd.DataFrame
    lineage: pd.DataFrame


@dataclass
class Built(Part):
    """What a build of all subjects gives: the parts put together, and the `datasets` as they are written to XPT."""

    datasets: dict[str, pd.DataFrame]


def identify_subjects(
    frames: Mapping[str, pd.DataFrame], spec: Spec, registry: Registry
) -> tuple[Forms, list[Finding]]:
    """Raw forms as record sets that know their form, record number and (where the Forms sheet says how) USUBJID."""
    forms: Forms = {}
    for name, frame in frames.items():
        records = RecordSet.from_frame(frame)
        records[FORM] = text_series(name, records.index)
        records[RECORD] = pd.Series(np.arange(1, len(records) + 1), index=records.index)
        forms[name] = records
    forms |= {sheet.form: _sheet_records(sheet, spec) for sheet in spec.dataset_sheets.values()}
    data = Data(dict(forms), registry, spec.codelists, spec.constants)
    for name, form in spec.forms.items():
        if form.subject and name in forms:
            cell = form.location.at("Subject")
            forms[name]["USUBJID"] = evaluate(parse(form.subject), forms[name], data, own=name, cell=cell)
            if not form.not_tabulated:
                _report_no_subject(forms[name], data, cell)
    return forms, data.findings


def _sheet_records(sheet: DatasetSheet, spec: Spec) -> RecordSet:
    """The records of a dataset's sheet as those of a raw form, numbered as the rows of the sheet."""
    columns = zip(*(record.values for record in sheet.records), strict=True) if sheet.records else repeat(())
    records = RecordSet(len(sheet.records))
    for name, texts in zip(sheet.headers, columns, strict=False):
        records[name] = text_series([filled_in(text, spec) for text in texts], records.index)
    records[FORM] = text_series(sheet.form, records.index)
    records[RECORD] = pd.Series([item.location.row for item in sheet.records], index=records.index, dtype="int64")
    return records


def _report_no_subject(records: RecordSet, data: Data, cell: str) -> None:
    for position in np.flatnonzero(is_missing(records["USUBJID"]).to_numpy()):
        finding = NO_SUBJECT.finding("The expression in Subject gives a blank for this record.")
        data.findings.append(at_record(finding, records, int(position), data, cell))


def split(forms: Forms, count: int) -> Iterator[Forms]:
    """Divide the subjects into `count` partitions of neighbouring USUBJIDs; reference forms go to all of them.

    The partitions come one by one: the columns of one are read when it is built, and need not stay after that.
    """
    by_subject = {name: records.subjects for name, records in forms.items() if "USUBJID" in records}
    subjects = np.unique(np.concatenate([[], *(found.usubjids for found in by_subject.values())]))
    if count <= 1 or len(subjects) <= 1:
        yield forms
        return
    bounds = np.linspace(0, len(subjects), min(count, len(subjects)) + 1).astype(np.intp)
    places = {name: pd.Index(subjects).get_indexer(found.usubjids)[found.codes] for name, found in by_subject.items()}
    for start, stop in pairwise(bounds):
        yield {
            name: records.take((places[name] >= start) & (places[name] < stop)) if name in places else records
            for name, records in forms.items()
        }


def build_parts(plan: Plan, forms: Forms, partitions: int) -> Iterator[Part]:
    """Build the reference data, and then the subjects in so many partitions."""
    if plan.reference.spec.datasets:
        yield build_reference(plan, forms)
    yield from (build_partition(plan, part) for part in split(forms, partitions))


def build_partition(plan: Plan, forms: Forms) -> Part:
    """Build SDTM and then ADaM for the subjects in these forms."""
    ledger = Ledger()
    data = Data(dict(forms), plan.registry, plan.sdtm.spec.codelists, plan.sdtm.spec.constants)
    records, lineages = _build_spec(plan.sdtm, data, ledger)
    _account(plan.sdtm.spec, forms, data, ledger)
    entries = ledger.frame()
    findings = [*data.findings, *unaccounted(entries, forms)]
    if plan.adam is not None:
        published = {name: publish(name, found) for name, found in records.items()}
        spec = plan.adam.spec
        adam = Data(published, plan.registry, spec.codelists, spec.constants, frozenset(published))
        found, further = _build_spec(plan.adam, adam, ledger)
        records |= found
        lineages += further
        findings += adam.findings
    for finished in records.values():
        finished.settle()
    return Part(records, findings, ledger.frame(), pd.concat(lineages, ignore_index=True))


def build_reference(plan: Plan, forms: Forms) -> Part:
    """Build the datasets that hold no subjects (TS, TA, TE); there is at least one.

    To the engine their records all belong to one subject without a name.
    """
    spec = plan.reference.spec
    sources = [source for source in spec.sources if source.dataset in spec.datasets]
    own = {}
    for name in {form for source in sources for form in (source.form, *(join.form for join in source.joins))}:
        own[name] = forms[name].select(forms[name])
        own[name]["USUBJID"] = text_series("", own[name].index)
    ledger = Ledger()
    sheets = {sheet.form: sheet for sheet in spec.dataset_sheets.values()}
    data = Data(dict(own), plan.registry, spec.codelists, spec.constants, sheets=sheets)
    records, lineages = _build_spec(plan.reference, data, ledger)
    return Part(records, data.findings, ledger.frame(), pd.concat(lineages, ignore_index=True))


def _build_spec(part: SpecPlan, data: Data, ledger: Ledger) -> tuple[dict[str, RecordSet], list[pd.DataFrame]]:
    """The datasets of a workbook, stage by stage; `data` has them all in the end."""
    finished: dict[str, RecordSet] = {}
    lineages: list[pd.DataFrame] = []
    for stage in part.stages:
        if finished:
            # What is finished is read as a source like a raw form: each record named by dataset and number.
            published = {name: publish(name, records) for name, records in finished.items()}
            data.datasets |= published.keys()
            earlier, data.frames = data.frames, {**data.frames, **published}
            found, further = _build_stage(stage, data, ledger)
            data.frames = earlier | found
        else:
            found, further = _build_stage(stage, data, ledger)
        finished |= found
        lineages += further
    _report_not_in_dm(part.spec, data)
    run_checks(part.spec, data)
    return {name: finished[name] for name in part.spec.datasets}, lineages


def _build_stage(stage: Stage, data: Data, ledger: Ledger) -> tuple[dict[str, RecordSet], list[pd.DataFrame]]:
    spec = stage.spec
    joined: dict[str, dict[str, IndexArray]] = {}
    for name in spec.datasets:
        stack = stack_sources(name, spec, data, ledger, stage.retained[name])
        data.frames[name], joined[name] = stack.records, stack.joined
    for variable in stage.order:
        derive_variable(variable, spec, data)
    finished = {}
    lineages = []
    for name, dataset in spec.datasets.items():
        records = data.frames[name]
        lineages.append(lineage(name, records, joined[name], sequence_variable(name, records)))
        finished[name] = data.frames[name] = conform(dataset, spec, data)
    return finished, lineages


def _report_not_in_dm(spec: Spec, data: Data) -> None:
    """Records of SDTM datasets whose subject has no record in DM; a blank subject is DATA-204 already."""
    if spec.standard != "SDTM" or "DM" not in spec.datasets:
        return
    known = data.frames["DM"].subjects.usubjids
    for name, dataset in spec.datasets.items():
        records = data.frames[name]
        theirs = records.subjects
        orphans = ~theirs.usubjids.isin(known) & (theirs.usubjids != "")
        if not orphans.any():
            continue
        numbers = record_numbers(name, records)
        for position in np.flatnonzero(np.asarray(orphans)[theirs.codes]):
            what = f"{name} has a record of {records['USUBJID'].iloc[position]}, who has none in DM."
            finding = NOT_IN_DM.finding(what, dataset=name, seq=int(numbers.iloc[position]))
            cell = dataset.location.at("Dataset")
            data.findings.append(at_record(finding, records, int(position), data, cell))


def _account(spec: Spec, forms: Forms, data: Data, ledger: Ledger) -> None:
    """Ledger entries for raw records that did not become records of a dataset themselves."""
    known = data.frames["DM"]["USUBJID"] if "DM" in data.frames else None
    for name, records in forms.items():
        form = spec.forms.get(name)
        if form is not None and form.not_tabulated:
            ledger.note(records, "not tabulated", "", form.not_tabulated)
        elif "USUBJID" not in records:
            ledger.note(records, "reference", "")
        elif name in data.records_read or name in {check.dataset for check in spec.checks}:
            used = records if known is None else records.take(records["USUBJID"].isin(known).to_numpy())
            ledger.note(used, "read", "")


def _written(spec: Spec, records: Mapping[str, RecordSet]) -> dict[str, pd.DataFrame]:
    """The datasets as they are written: variables in order, supplementals apart; not those that state Has No Data."""
    written = {}
    for name, dataset in spec.datasets.items():
        if dataset.has_no_data:
            continue
        variables = spec.variables_of[name]
        written[name] = records[name].frame(item.name for item in variables if not item.supplemental)
        extra = [item for item in variables if item.supplemental]
        if extra:
            written[f"SUPP{name}"] = supplemental_qualifiers(name, records[name], extra)
    return written


def merge(parts: Iterable[Part], plan: Plan) -> Built:
    """Put partitions, and the reference data, together: records in key order, findings and ledger entries each once.

    The parts are used up: what has been put together is taken out of them, so that a study is not held twice.
    """
    built = list(parts)
    ledger = merge_entries([part.ledger for part in built]) if len(built) > 1 else built[0].ledger
    trail = sort_lineage(pd.concat([part.lineage for part in built], ignore_index=True))
    for part in built:
        part.ledger = part.lineage = pd.DataFrame()
    records: dict[str, RecordSet] = {}
    datasets: dict[str, pd.DataFrame] = {}
    for spec in _specs(plan):
        for name, dataset in spec.datasets.items():
            pieces = [part.records.pop(name) for part in built if name in part.records]
            stacked = RecordSet.stack(pieces)
            records[name] = in_key_order(dataset, stacked) if len(pieces) > 1 else stacked
        datasets |= _written(spec, records)
    findings = {finding for part in built for finding in part.findings} | _check_study(plan, records)
    return Built(
        records=records,
        findings=sorted(findings, key=Finding.sort_key),
        ledger=ledger,
        lineage=trail,
        datasets=datasets,
    )


def _check_study(plan: Plan, records: dict[str, RecordSet]) -> set[Finding]:
    """The checks that hold subjects against each other, on the finished datasets of all."""
    findings: set[Finding] = set()
    earlier: frozenset[str] = frozenset()
    for spec in _specs(plan):
        sheets = {sheet.form: sheet for sheet in spec.dataset_sheets.values()}
        data = Data(records, plan.registry, spec.codelists, spec.constants, earlier, sheets)
        run_checks(spec, data, whole_study=True)
        findings |= set(data.findings)
        earlier = frozenset(spec.datasets)
    return findings


def _specs(plan: Plan) -> list[Spec]:
    return [part.spec for part in (plan.reference, plan.sdtm, plan.adam) if part is not None]
