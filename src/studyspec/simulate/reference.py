"""The files that do not depend on the subjects drawn: sites and codelists; and a few open queries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from .catalog import sites, terms, vocabulary
from .draw import Draw
from .forms import CODED
from .world import EXTRACTED, STUDY, Subject

Cells = dict[str, str]
QUERY_TEXTS = (
    ("STDT", "Start date incomplete: please complete or confirm as unknown."),
    ("GRADE", "Grade does not fit the term: please check."),
    ("ENDT", 'Outcome "recovered" without an end date?'),
    ("SER", "Serious: please tick a criterion."),
)


def site_rows() -> Iterator[Cells]:
    """Yield the rows of the sites form."""
    for site in sites().values():
        yield {
            "STUDY": STUDY,
            "SITENO": site.number,
            "FORM": "sites",
            "FORMREPEAT": "1",
            "DATASTATUS": "Locked",
            "ENTRYDT": site.opened,
            "LASTMODDT": site.opened,
            "COUNTRY": site.country,
            "INVNAME": site.investigator,
            "OPENDT": site.opened,
            "EDC_DATEFMT": site.date_format,
            "TZ": site.zone,
        }


def codelist_rows() -> Iterator[Cells]:
    """Yield code and decode of every coded field, and the grades that CTCAE allows for every term."""
    for form, fields in CODED.items():
        for field, name in fields.items():
            for term, words in vocabulary()[name].items():
                for language, texts in words.items():
                    for text in texts:
                        yield _code(form, field, text, term, language.replace("*", "en"))
    for event in sorted(terms(), key=lambda t: t.ctcae):
        yield _code("ae_coding", "CTCAETERM", event.ctcae, event.grades, "en")


def _code(form: str, field: str, code: str, decode: str, language: str) -> Cells:
    return {"STUDY": STUDY, "FORM": form, "FIELD": field, "CODE": code, "DECODE": decode, "LANG": language}


def query_rows(draw: Draw, subjects: list[Subject], block: int) -> Iterator[Cells]:
    """Yield open queries on some events of a block."""
    chosen = draw.some([s for s in subjects if s.events], 12)
    for i, subject in enumerate(chosen, start=1):
        field, text = draw.pick(QUERY_TEXTS)
        number = subject.number_on(subject.events[0].start.day)
        yield {
            "STUDY": STUDY,
            "QUERYID": f"Q{block * 100 + i:05d}",
            "SITENO": number.site,
            "SUBJNO": number.subject,
            "FORM": "ae",
            "FIELD": field,
            "QTEXT": f"AENUM {subject.events[0].number}: {text}",
            "STATUS": "Open",
            "OPENDT": (EXTRACTED - timedelta(days=draw.whole(1, 40))).isoformat(),
        }
