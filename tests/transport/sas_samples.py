"""Two small workbooks and their data sets that the tests of the SAS hand-over share."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import cache

from spec.small_specs import ADAM, SDTM, changed, workbook
from studyspec.spec.load import spec_from
from studyspec.spec.model import Codelist, Spec, Term
from studyspec.transport.columns import XptDataset
from studyspec.transport.sas_datasets import planned_datasets

CREATED = datetime(2024, 5, 1, 13, 45, 59)


@cache
def sdtm(*changes: tuple[str, object, str, str]) -> Spec:
    found, _ = spec_from(workbook(changed(SDTM, *changes)))
    assert found is not None
    return found


@cache
def adam(*changes: tuple[str, object, str, str]) -> Spec:
    found, _ = spec_from(workbook(changed(ADAM, *changes), "specs/adam.xlsx"))
    assert found is not None
    return found


def with_codelist(spec: Spec, id_: str, terms: dict[str, str], data_type: str = "text") -> Spec:
    """The spec with one codelist more, term to decode."""
    place = spec.codelists["SEX"].location
    made = tuple(Term(number, term, "", label, (), False, place) for number, (term, label) in enumerate(terms.items()))
    return with_terms(spec, id_, made, data_type)


def with_terms(spec: Spec, id_: str, terms: tuple[Term, ...], data_type: str = "text") -> Spec:
    place = spec.codelists["SEX"].location
    return replace(
        spec, codelists={**spec.codelists, id_: Codelist(id_, f"List {id_}", "", data_type, "", "", terms, place)}
    )


def datasets() -> dict[str, XptDataset]:
    return planned_datasets([sdtm(), adam()])
