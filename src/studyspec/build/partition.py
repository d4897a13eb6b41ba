"""A build of some subjects: a pure function from their raw records to datasets, findings, ledger and lineage.

A study is a map of this function over partitions of subjects, followed by `merge`. The result does not depend on how
the subjects were divided.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from studyspec.build.data import Data
from studyspec.build.datachecks import run_checks
from studyspec.build.dataset import conform, derive_variable, publish, sequence_variable
from studyspec.build.evaluate import evaluate
from studyspec.build.ledger import Ledger, lineage, merge_entries, sort_lineage, unaccounted
from studyspec.build.plan import Plan, SpecPlan
from studyspec.build.records import FORM, RECORD, IndexArray, RecordSet, sort_positions, text_series
from studyspec.build.sources import stack_sources
from studyspec.build.supp import supplemental_qualifiers
from studyspec.derive.registry import Registry
from studyspec.findings import Finding
from studyspec.spec.expression.parse import parse
from studyspec.spec.model import Spec

Forms = dict[str, RecordSet]


@dataclass
class Built:
    """What a build of some or all subjects gives.

    `records` are the finished datasets with supplementals and source columns still on them; `datasets` are as written
    to XPT; `ledger` and `lineage` as described in build/ledger.py.
    """

    records: dict[str, RecordSet]
    datasets: dict[str, pd.DataFrame]
    findings: list[Finding]
    ledger: pd.DataFrame
    lineage: pd.DataFrame


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
    data = Data(dict(forms), registry, spec.codelists, spec.constants)
    for name, form in spec.forms.items():
        if form.subject and name in forms:
            cell = form.location.at("Subject")
            forms[name]["USUBJID"] = evaluate(parse(form.subject), forms[name], data, own=name, cell=cell)
    return forms, data.findings


def split(forms: Forms, count: int) -> list[Forms]:
    """Divide the subjects into `count` partitions of neighbouring USUBJIDs; reference forms go to all of them."""
    by_subject = [records for records in forms.values() if "USUBJID" in records]
    subjects = np.unique(np.concatenate([records["USUBJID"].to_numpy(dtype=object) for records in by_subject]))
    if count <= 1 or len(subjects) <= 1:
        return [forms]
    bounds = np.linspace(0, len(subjects), min(count, len(subjects)) + 1).astype(np.intp)
    index = pd.Index(subjects)
    parts: list[Forms] = [{} for _ in range(len(bounds) - 1)]
    for name, records in forms.items():
        places = index.get_indexer(pd.Index(records["USUBJID"])) if "USUBJID" in records else None
        for number, part in enumerate(parts):
            if places is None:
                part[name] = records
            else:
                part[name] = records.take((places >= bounds[number]) & (places < bounds[number + 1]))
    return parts


def build_partition(plan: Plan, forms: Forms) -> Built:
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
    datasets: dict[str, pd.DataFrame] = {}
    for part in (plan.sdtm, plan.adam):
        if part is not None:
            datasets |= _written(part.spec, records)
    return Built(records, datasets, findings, ledger.frame(), pd.concat(lineages, ignore_index=True))


def _build_spec(part: SpecPlan, data: Data, ledger: Ledger) -> tuple[dict[str, RecordSet], list[pd.DataFrame]]:
    spec = part.spec
    joined: dict[str, dict[str, IndexArray]] = {}
    for name in spec.datasets:
        stack = stack_sources(name, spec, data, ledger, part.retained[name])
        data.frames[name], joined[name] = stack.records, stack.joined
    for variable in part.order:
        derive_variable(variable, spec, data)
    finished = {}
    lineages = []
    for name, dataset in spec.datasets.items():
        records = data.frames[name]
        lineages.append(lineage(name, records, joined[name], sequence_variable(name, records)))
        finished[name] = data.frames[name] = conform(dataset, spec, data)
    run_checks(spec, data)
    return finished, lineages


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
    """The datasets as they are written: variables in order, supplementals apart."""
    written = {}
    for name in spec.datasets:
        variables = spec.variables_of[name]
        written[name] = records[name].frame(item.name for item in variables if not item.supplemental)
        extra = [item for item in variables if item.supplemental]
        if extra:
            written[f"SUPP{name}"] = supplemental_qualifiers(name, records[name], extra)
    return written


def merge(parts: Sequence[Built], plan: Plan) -> Built:
    """Put partitions together: records in key order, findings and ledger entries each once."""
    if len(parts) == 1:
        whole = parts[0]
    else:
        whole = Built(
            records={name: RecordSet.stack([part.records[name] for part in parts]) for name in parts[0].records},
            datasets={
                name: pd.concat([part.datasets[name] for part in parts], ignore_index=True)
                for name in parts[0].datasets
            },
            findings=[finding for part in parts for finding in part.findings],
            ledger=merge_entries([part.ledger for part in parts]),
            lineage=pd.concat([part.lineage for part in parts], ignore_index=True),
        )
        _restore_order(whole, plan)
    whole.findings = sorted(set(whole.findings), key=Finding.sort_key)
    whole.lineage = sort_lineage(whole.lineage)
    return whole


def _restore_order(whole: Built, plan: Plan) -> None:
    for part in (plan.sdtm, plan.adam):
        for name, dataset in part.spec.datasets.items() if part else ():
            records = whole.records[name]
            keys = [records[key] for key in dataset.key_variables if key in records]
            order = sort_positions(keys, len(records))
            whole.records[name] = records.take(order)
            whole.datasets[name] = whole.datasets[name].take(order).reset_index(drop=True)
