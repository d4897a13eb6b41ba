"""Received datasets: SDTM that arrived as SDTM and is described by its spec, not mapped from forms.

A dataset without rows in Sources is received when a form of the extract (or of the sheet Forms) has its name: form `dm`
for dataset DM; or when the workbook itself has a sheet of its name, as for TS, TA and TE. It then gets the row of
Sources, and where need be the row of Forms, that say so; all else is as for any other dataset. A variable without an
instruction of its own takes the column of its name.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from studyspec.spec.model import Dataset, Form, Source, Spec, Variable

_SUBJECT = "USUBJID"


def with_received(spec: Spec, forms: Mapping[str, Collection[str]]) -> Spec:
    """The SDTM spec with Sources and Forms for the datasets that are received.

    Args:
        spec: the workbook as loaded.
        forms: raw form to its columns; forms of the sheet Forms and the sheets of datasets count, too.

    Returns:
        The spec; the same one where no dataset is received. A SUPP-- that the engine makes from supplemental variables
        is not received.
    """
    sheets = sheet_columns(spec)
    forms = {**forms, **sheets}
    by_name = {name.upper(): name for name in (*forms, *spec.forms)}
    fed = {source.dataset for source in spec.sources}
    parents = {f"SUPP{item.dataset}" for item in spec.variables if item.supplemental}
    received = {
        dataset: by_name[name.upper()]
        for name, dataset in spec.datasets.items()
        if name.upper() in by_name and name not in fed | parents and not dataset.has_no_data
    }
    if not received:
        return spec
    sources = tuple(_source(dataset, form) for dataset, form in received.items())
    added = {
        form: _form(dataset, form, forms[form], f"sheet {dataset.name} of {spec.name}" if form in sheets else "")
        for dataset, form in received.items()
        if form not in spec.forms
    }
    return replace(spec, sources=(*spec.sources, *sources), forms={**spec.forms, **added})


def sheet_columns(spec: Spec) -> dict[str, list[str]]:
    """The sheets of datasets as raw forms: form to its columns."""
    return {sheet.form: list(sheet.headers) for sheet in spec.dataset_sheets.values()}


def takes_own_column(variable: Variable, spec: Spec) -> bool:
    """True for a variable of a received dataset that no cell of its row in Variables gives a value."""
    method = spec.methods.get(variable.method)
    derived = method is not None and method.runs
    return variable.dataset in spec.received and not (variable.assigned_value or variable.predecessor or derived)


def _source(dataset: Dataset, form: str) -> Source:
    return Source(dataset.name, 1, dataset.name, form, "", (), (), "", "", dataset.location, received=True)


def _form(dataset: Dataset, form: str, columns: Collection[str], place: str) -> Form:
    label = ", ".join(filter(None, (dataset.label, place)))
    return Form(form, label, _SUBJECT if _SUBJECT in columns else "", "", dataset.location)
