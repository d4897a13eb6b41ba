"""The way back: from a record or a value to the raw cells and the methods in between.

A build is a pure function of one subject's records, so the subject is built again and every step is shown as it ran.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from studyspec.build.data import Data, EvaluationError
from studyspec.build.dataset import derivation, record_numbers
from studyspec.build.evaluate import contributing, evaluate
from studyspec.build.partition import Forms, Part, build_partition, build_reference, identify_subjects
from studyspec.build.plan import make_plan
from studyspec.build.records import FORM, RECORD, RecordSet
from studyspec.findings import has_errors
from studyspec.raw.manifest import RawFile
from studyspec.raw.read import Extract
from studyspec.spec.dataset_sheet import DatasetSheet
from studyspec.spec.expression import nodes as n
from studyspec.spec.expression.parse import parse
from studyspec.spec.model import Method, Spec, ValueLevel, Variable
from studyspec.spec.received import takes_own_column
from studyspec.spec.value_levels import derivation_of_level, gives_value, levels_of, running_method, selection
from studyspec.study import Study, check_study, load_study, read_raw

INDENT = "  "
SHOWN = 12
DECIDED_BY_ONE = ("first", "last", "minimum", "maximum")


class TraceError(Exception):
    """There is nothing to trace; the message says why and what to do."""


@dataclass
class _Trail:
    """One subject's build and the lines written so far."""

    specs: dict[str, Spec]
    built: Part
    data: dict[str, Data]
    files: Mapping[str, RawFile]
    sheets: Mapping[str, DatasetSheet]
    seen: set[tuple[str, int, str]] = field(default_factory=set)

    def variable(self, dataset: str, position: int, name: str, depth: int) -> Iterator[str]:
        """The value of a variable, then how it came about."""
        spec = self.specs[dataset]
        records = self.built.records[dataset]
        variable = next((item for item in spec.variables_of[dataset] if item.name == name), None)
        shown = shown_value(records[name].iloc[position], variable.format if variable else "")
        key = (dataset, position, name)
        again = " (see above)" if key in self.seen and depth else ""
        yield f"{INDENT * depth}{self.record_name(dataset, position)} {name} = {shown}{again}"
        if not again and variable is not None:
            self.seen.add(key)
            yield from self.origin(variable, position, depth + 1)

    def record_name(self, dataset: str, position: int) -> str:
        """AE #3."""
        return f"{dataset} #{int(self.numbers(dataset).iloc[position])}"

    def numbers(self, dataset: str) -> pd.Series:
        """What a person calls the records: their number within subject, or their place in reference data."""
        records = self.built.records[dataset]
        if dataset in self.specs[dataset].reference_data:
            return pd.Series(np.arange(1, len(records) + 1), index=records.index)
        return record_numbers(dataset, records)

    def source_numbers(self, form: str, dataset: str) -> pd.Series:
        """What a source calls its records: the row of a raw form, the number within subject of a dataset."""
        frame = self.data[dataset].frames[form]
        return record_numbers(form, frame) if form in self.specs else frame[RECORD]

    def raw_record(self, form: str, number: int) -> str:
        """raw/isa_admin.csv record 88, or specs/sdtm.xlsx!TS!A5 for a row of a dataset's sheet."""
        sheet = self.sheets.get(form)
        if sheet is not None:
            return sheet.location(number).at()
        return f"raw/{self.files[form].place} record {number}"

    def origin(self, variable: Variable, position: int, depth: int) -> Iterator[str]:
        """The expression, its cell and its inputs."""
        spec = self.specs[variable.dataset]
        records = self.built.records[variable.dataset]
        for level in levels_of(spec, variable.dataset, variable.name):
            if gives_value(level, spec) and self.selected(level, position):
                node, cell = derivation_of_level(level, spec, numeric=variable.is_numeric)
                method = running_method(level, spec)
                text = method.expression_code if method else level.predecessor or f'"{level.assigned_value}"'
                yield from self.derived(node, cell, text, method, variable.dataset, position, depth)
                return
        source = str(records["_source"].iloc[position])
        rows = [
            item for item in spec.mappings_of.get((variable.dataset, variable.name), ()) if item.source in ("", source)
        ]
        if rows:
            row = max(rows, key=lambda item: item.source != "")
            yield f"{INDENT * depth}<- {row.expression}   [{row.location.at('Expression')}]"
            yield from self.raw_inputs(parse(row.expression), variable.dataset, position, depth + 1)
            return
        form = self.source_form(variable.dataset, position)
        if takes_own_column(variable, spec):
            yield f"{INDENT * depth}<- received   [{variable.location.at('Variable')}]"
            numbers = [int(records[RECORD].iloc[position])]
            yield from self.raw_cells(form, numbers, variable.name, depth + 1, variable.dataset)
            return
        copied_form, _, copied = variable.predecessor.partition(".")
        if not variable.method and copied_form == form:
            yield f"{INDENT * depth}<- copied   [{variable.location.at('Predecessor')}]"
            yield from self.source_value(variable.dataset, position, copied, depth + 1)
            return
        node, cell = derivation(variable, spec)
        method = spec.methods.get(variable.method)
        method = method if method is not None and method.runs else None
        text = method.expression_code if method else variable.predecessor or f'"{variable.assigned_value}"'
        yield from self.derived(node, cell, text, method, variable.dataset, position, depth)

    def selected(self, level: ValueLevel, position: int) -> bool:
        """True when the value level is the record's."""
        row = self.built.records[level.dataset].take(np.array([position]))
        node = selection(level, self.specs[level.dataset])
        return bool(evaluate(node, row, self.data[level.dataset], own=level.dataset).iloc[0])

    def derived(
        self, node: n.Node, cell: str, text: str, method: Method | None, dataset: str, position: int, depth: int
    ) -> Iterator[str]:
        """A derivation as the spec writes it, and its inputs."""
        yield f"{INDENT * depth}<- {text}   [{cell}]"
        if method:
            yield f"{INDENT * depth}   {method.id}: {method.description}"
        yield from self.inputs(node, dataset, position, depth + 1)

    def source_form(self, dataset: str, position: int) -> str:
        """The raw form, or for ADaM the dataset, that the record was made from."""
        return str(self.built.records[dataset][FORM].iloc[position])

    def source_value(self, dataset: str, position: int, name: str, depth: int) -> Iterator[str]:
        """The value in the dataset that an analysis record was made from."""
        records = self.built.records[dataset]
        form, number = self.source_form(dataset, position), int(records[RECORD].iloc[position])
        numbers = record_numbers(form, self.built.records[form]).to_numpy()
        for place in np.flatnonzero(numbers == number)[:1]:
            yield from self.variable(form, int(place), name, depth)

    def raw_inputs(self, node: n.Node, dataset: str, position: int, depth: int) -> Iterator[str]:
        """The raw cells that a Mapping expression reads."""
        records = self.built.records[dataset]
        form, number = self.source_form(dataset, position), int(records[RECORD].iloc[position])
        wanted: dict[tuple[str, str], None] = {}
        for item in node.walk():
            if isinstance(item, n.Name):
                wanted[form, item.name] = None
            elif isinstance(item, n.Qualified):
                wanted[item.dataset, item.name] = None
        aggregated = [item for item in node.walk() if isinstance(item, n.Call) and self.is_aggregate(item, dataset)]
        inside = {
            (item.dataset, item.name) for call in aggregated for item in call.walk() if isinstance(item, n.Qualified)
        }
        for (origin, name), _ in wanted.items():
            if (origin, name) in inside:
                continue
            if origin == form and form in self.specs:
                yield from self.source_value(dataset, position, name, depth)
            else:
                numbers = [number] if origin == form else self.joined(dataset, position, origin)
                yield from self.raw_cells(origin, numbers, name, depth, dataset)
        for call in aggregated:
            yield from self.aggregate(call, self.collected(call, dataset, position), dataset, depth)

    def collected(self, call: n.Call, dataset: str, position: int) -> RecordSet:
        """A record as its Mapping expressions see it: with what the call reads of its raw form and the forms joined."""
        row = self.built.records[dataset].take(np.array([position]))
        wanted = {item.name for item in call.walk() if isinstance(item, n.Name | n.Qualified)}
        form = self.source_form(dataset, position)
        numbers = {form: [int(row[RECORD].iloc[0])]}
        numbers |= {name: self.joined(dataset, position, name) for name in self.joins(dataset, position)}
        for name, found in numbers.items():
            frame = self.data[dataset].frames[name]
            raw = frame.take(np.isin(self.source_numbers(name, dataset).to_numpy(), found))
            for column in wanted & set(raw) if len(raw) else ():
                row[column if name == form else f"{name}.{column}"] = raw[column]
        return row

    def joins(self, dataset: str, position: int) -> list[str]:
        """The forms that the record's source joins."""
        source = str(self.built.records[dataset]["_source"].iloc[position])
        found = [item for item in self.specs[dataset].sources if (item.dataset, item.source) == (dataset, source)]
        return [join.form for item in found for join in item.joins]

    def is_aggregate(self, item: n.Call, dataset: str) -> bool:
        function = self.data[dataset].registry.get(item.function)
        return function is not None and function.kind == "aggregate"

    def joined(self, dataset: str, position: int, form: str) -> list[int]:
        """Record numbers of a joined form, from the lineage."""
        records = self.built.records[dataset]
        number = int(record_numbers(dataset, records).iloc[position])
        trail = self.built.lineage
        hit = (trail["DATASET"] == dataset) & (trail["FORM"] == form) & (trail["ROLE"] == "joined")
        hit &= trail["SEQ"].isna() | (trail["SEQ"] == number)
        return [int(value) for value in trail.loc[hit, "RECORD"]]

    def raw_cells(self, form: str, numbers: list[int], name: str, depth: int, dataset: str) -> Iterator[str]:
        frame = self.data[dataset].frames.get(form)
        if frame is None or name not in frame:
            if name in self.data[dataset].parameters:
                yield self.parameter(name, dataset, depth)
            return
        for number in numbers:
            for place in np.flatnonzero(frame[RECORD].to_numpy() == number):
                yield f"{INDENT * depth}{self.raw_record(form, number)}: {name} = {frame[name].iloc[place]!r}"

    def parameter(self, name: str, dataset: str, depth: int) -> str:
        parameter = self.specs[dataset].parameters[name]
        return f"{INDENT * depth}{name} = {shown_value(parameter.value)}   [{parameter.location.at('Value')}]"

    def inputs(self, node: n.Node, dataset: str, position: int, depth: int) -> Iterator[str]:
        """The values a derivation reads: own variables, raw cells, look-ups, and the records of aggregates."""
        records = self.built.records[dataset]
        if isinstance(node, n.Call) and self.is_aggregate(node, dataset):
            row = self.built.records[dataset].take(np.array([position]))
            yield from self.aggregate(node, row, dataset, depth)
            return
        if isinstance(node, n.Name):
            if node.name in records:
                yield from self.variable(dataset, position, node.name, depth)
            elif node.name in self.specs[dataset].parameters:
                yield self.parameter(node.name, dataset, depth)
            elif node.name in self.built.records:
                count = len(self.built.records[node.name])
                yield f"{INDENT * depth}all {count} records of {node.name} of the subject"
        if isinstance(node, n.Qualified):
            yield from self.qualified(node, dataset, position, depth)
        for child in node.children():
            yield from self.inputs(child, dataset, position, depth)

    def qualified(self, node: n.Qualified, dataset: str, position: int, depth: int) -> Iterator[str]:
        records = self.built.records[dataset]
        if f"{node.dataset}.{node.name}" in records:
            form, number = self.source_form(dataset, position), int(records[RECORD].iloc[position])
            if node.dataset in self.specs:
                yield from self.source_value(dataset, position, node.name, depth)
                return
            numbers = [number] if node.dataset == form else self.joined(dataset, position, node.dataset)
            yield from self.raw_cells(node.dataset, numbers, node.name, depth, dataset)
        elif node.dataset in self.built.records and len(self.built.records[node.dataset]):
            yield from self.variable(node.dataset, 0, node.name, depth)

    def aggregate(self, call: n.Call, row: RecordSet, dataset: str, depth: int) -> Iterator[str]:
        """The records an aggregate used; in full those that alone decide the result, the others by their value."""
        try:
            source, places, values = contributing(call, row, self.data[dataset])
        except EvaluationError as error:
            # A column that the source's function added is gone once the record is made.
            yield f"{INDENT * depth}{call.function}: not shown; {error.finding.what}"
            return
        result = evaluate(call, row, self.data[dataset]).iloc[0]
        equal = np.flatnonzero((values == result).to_numpy())[:1]
        deciding = [int(places[place]) for place in equal] if call.function in DECIDED_BY_ONE else []
        count = f"{len(places)} record{'s' * (len(places) != 1)} of {source}"
        yield f"{INDENT * depth}{call.function} of {count}{', decided by' if deciding else ''}"
        qualified = dict.fromkeys(item for item in call.arguments[0].walk() if isinstance(item, n.Qualified))
        for place in deciding:
            for item in qualified:
                yield from self.contribution(source, place, item.name, dataset, depth + 1)
        if deciding:
            return
        for place, value in list(zip(places, values, strict=True))[:SHOWN]:
            yield f"{INDENT * (depth + 1)}{self.place_name(source, int(place), dataset)}: {shown_value(value)}"
        if len(places) > SHOWN:
            yield f"{INDENT * (depth + 1)}... and {len(places) - SHOWN} more"

    def contribution(self, source: str, place: int, name: str, dataset: str, depth: int) -> Iterator[str]:
        """One value that an aggregate used, with its own way back."""
        if source in self.built.records:
            yield from self.variable(source, place, name, depth)
        else:
            number = int(self.data[dataset].frames[source][RECORD].iloc[place])
            yield from self.raw_cells(source, [number], name, depth, dataset)

    def place_name(self, source: str, place: int, dataset: str) -> str:
        """EX #4 <- raw/isa_admin.csv record 88."""
        records = self.data[dataset].frames[source]
        raw = self.raw_record(str(records[FORM].iloc[place]), int(records[RECORD].iloc[place]))
        if source not in self.built.records:
            return raw
        made_from = f" <- {raw}" if records[FORM].iloc[place] not in self.specs else ""
        return self.record_name(source, place) + made_from


def trace_record(root: Path, dataset: str, usubjid: str, seq: int, variable: str = "") -> Iterator[str]:
    """Lines that lead from an output record back to the raw cells.

    Args:
        root: the study's folder.
        dataset: name of an SDTM or ADaM dataset.
        usubjid: the subject; whatever it is for datasets without subjects (TS, TA, TE).
        seq: the record's number within the subject (AESEQ, ...; 1 where there is one record per subject), or its place
            in a dataset without subjects.
        variable: one variable, with all steps; "" lists every variable with its value.

    Raises:
        TraceError: there is no such dataset, subject, record or variable, or the study cannot be built.
    """
    trail = _trail(root, dataset, usubjid)
    if dataset not in trail.built.records:
        raise TraceError(f"{dataset} is made from supplemental variables. Trace the variable in {dataset[4:]}.")
    records = trail.built.records[dataset]
    places = np.flatnonzero(trail.numbers(dataset).to_numpy() == seq)
    of_subject = "" if dataset in trail.specs[dataset].reference_data else f" of {usubjid}"
    if not len(places):
        raise TraceError(f"{dataset} has {len(records)} records{of_subject}; there is no #{seq}.")
    position = int(places[0])
    if variable:
        if variable not in records:
            raise TraceError(f"{dataset} has no variable {variable}.")
        yield f"Subject {usubjid}" if of_subject else "No subject"
        yield from trail.variable(dataset, position, variable, 0)
        return
    yield f"{dataset} {usubjid} #{seq}" if of_subject else f"{dataset} #{seq}"
    yield from _sources(trail, dataset, position)
    for item in trail.specs[dataset].variables_of[dataset]:
        shown = shown_value(records[item.name].iloc[position], item.format)
        yield f"{INDENT}{item.name:<9}= {shown}"


def _sources(trail: _Trail, dataset: str, position: int) -> Iterator[str]:
    records = trail.built.records[dataset]
    form, number = trail.source_form(dataset, position), int(records[RECORD].iloc[position])
    place = f"{form} #{number}" if form in trail.specs else trail.raw_record(form, number)
    yield f"{INDENT}made from {place}"
    number = int(record_numbers(dataset, records).iloc[position])
    found = trail.built.lineage
    hit = (found["DATASET"] == dataset) & (found["ROLE"] == "joined") & (found["SEQ"].isna() | (found["SEQ"] == number))
    for _, row in found[hit].iterrows():
        yield f"{INDENT}joined with {trail.raw_record(row['FORM'], row['RECORD'])}"


def _trail(root: Path, dataset: str, usubjid: str) -> _Trail:
    study, findings = load_study(root)
    extract = None
    if study is not None:
        study, extract, found = read_raw(study)
        findings += found
    if study is None or extract is None or has_errors([*findings, *check_study(study, extract.forms)]):
        raise TraceError("The study cannot be built. Run studyspec check to see why.")
    known = {name for spec in (study.sdtm, study.adam) if spec is not None for name in spec.datasets}
    if dataset not in known:
        raise TraceError(f"{dataset} is not a dataset of this study. There are {', '.join(sorted(known))}.")
    try:
        forms, _ = identify_subjects(extract.forms, study.sdtm, study.registry)
        plan = make_plan(study.sdtm, study.adam, study.registry)
        if dataset in study.sdtm.reference_data:
            return _trail_of(study, extract, build_reference(plan, forms), forms)
        own = _of_subject(forms, usubjid)
        return _trail_of(study, extract, build_partition(plan, own), own)
    except EvaluationError as error:
        raise TraceError(f"The subject cannot be built. {error.finding}") from error


def _of_subject(forms: Forms, usubjid: str) -> Forms:
    own = {
        name: records.take((records["USUBJID"] == usubjid).to_numpy()) if "USUBJID" in records else records
        for name, records in forms.items()
    }
    if not any(len(records) for records in own.values() if "USUBJID" in records):
        raise TraceError(f"There is no subject {usubjid} in the raw extract.")
    return own


def _trail_of(study: Study, extract: Extract, built: Part, own: Forms) -> _Trail:
    specs = {name: spec for spec in (study.sdtm, study.adam) if spec is not None for name in spec.datasets}
    data = {}
    for name, spec in specs.items():
        frames = {**own, **built.records} if spec is study.sdtm else dict(built.records)
        data[name] = Data(frames, study.registry, spec.codelists, spec.constants)
    sheets = {sheet.form: sheet for sheet in study.sdtm.dataset_sheets.values()}
    return _Trail(specs, built, data, extract.manifest.files, sheets)


def shown_value(value: object, format_: str = "") -> str:
    """A value as a person reads it: dates as ISO 8601 with the SAS number, blanks as (blank), missing as a point."""
    if isinstance(value, str):
        return value or "(blank)"
    if not isinstance(value, float) or pd.isna(value):
        return "."
    if format_.upper().startswith(("DATE", "E8601DA")):
        return f"{date(1960, 1, 1) + timedelta(days=int(value))} [{int(value)}]"
    return f"{value:.12g}"
