"""The annotated CRF, acrf.pdf: every raw form with the SDTM variables that its columns become.

A registry's export has no CRF of its own: the pages are made from the forms of the extract and from the same
expressions that the build runs, so that they cannot disagree with the data.

Source: FDA Study Data Technical Conformance Guide, section on the annotated CRF (name, bookmarks, NOT SUBMITTED);
CDISC SDTM Metadata Submission Guidelines 2.0 (bookmarks by form and by dataset).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from studyspec.derive.registry import Registry
from studyspec.documents.fonts import register_fonts
from studyspec.spec.model import Spec
from studyspec.submission.acrf_fields import AnnotatedForm, annotated_forms
from studyspec.submission.acrf_pages import FormPage, lay_out
from studyspec.submission.acrf_pdf import Contents, draw


@dataclass(frozen=True)
class Acrf:
    """The document: its bytes, its forms, how many pages it has, and on which of them each variable is annotated."""

    content: bytes
    forms: tuple[AnnotatedForm, ...]
    pages: int
    pages_of: Mapping[tuple[str, str], tuple[int, ...]]

    @property
    def links(self) -> dict[tuple[str, str], str]:
        """The pages as define.xml writes them: ("AE", "AETERM") to "12 13"."""
        return {key: " ".join(map(str, pages)) for key, pages in self.pages_of.items()}


def acrf(spec: Spec, forms: Mapping[str, Collection[str]], registry: Registry) -> Acrf | None:
    """Draw the annotated CRF.

    Args:
        spec: the SDTM workbook as `study.read_raw` gives it.
        forms: raw form to its columns, in their order.
        registry: the functions of the study.

    Returns:
        None where no form was mapped: what was received as SDTM was collected elsewhere, on forms that are not here.
        The same input gives the same bytes.
    """
    annotated = tuple(annotated_forms(spec, forms, registry))
    if not annotated:
        return None
    register_fonts()
    pages = lay_out(annotated)
    contents = Contents(spec.attributes.get("StudyName", ""), tuple(spec.datasets), tuple(pages))
    return Acrf(draw(contents), annotated, contents.count, _pages_of(contents, spec))


def _pages_of(contents: Contents, spec: Spec) -> dict[tuple[str, str], tuple[int, ...]]:
    """Pages by variable; a form without subjects (sites) counts only for what stands nowhere else."""
    found: dict[tuple[str, str], dict[int, bool]] = {}
    for number, page in contents.numbered():
        for key in _variables(page):
            found.setdefault(key, {})[number] = bool(spec.forms[page.form.name].subject)
    return {
        key: tuple(number for number, of_subjects in places.items() if of_subjects or not any(places.values()))
        for key, places in found.items()
    }


def _variables(page: FormPage) -> list[tuple[str, str]]:
    fields = {field.column: field for field in page.form.fields}
    return list(dict.fromkeys(key for column in page.columns for key in fields[column].variables))
