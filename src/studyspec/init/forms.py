"""What the names of raw columns say: which form feeds a domain, how a form names its subject, what maps as it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from studyspec.init.plan import NewStudy, Row

# Columns that SDTM has in every domain; that a form has them says nothing about its domain.
_COMMON = ("STUDYID", "DOMAIN", "USUBJID", "SUBJID", "SITEID", "VISIT", "VISITNUM", "VISITDY", "EPOCH")


def feeding_form(domain: str, variables: Iterable[str], forms: Mapping[str, Collection[str]]) -> str:
    """The raw form whose records make a domain, as far as names tell; "" where they do not.

    It is the form named like the domain, else the one form with the most columns named like the domain's variables.

    Example:
        >>> feeding_form("EX", ["EXTRT", "EXDOSE"], {"drug": ["SUBJID", "EXTRT"], "visit": ["SUBJID"]})
        'drug'
    """
    named = [form for form in forms if form.casefold() == domain.casefold()]
    if named:
        return named[0]
    own = set(variables).difference(_COMMON)
    counts = {form: len(own & set(columns)) for form, columns in forms.items()}
    most = max(counts.values(), default=0)
    best = [form for form, count in counts.items() if count == most]
    return best[0] if most and len(best) == 1 else ""


def subject_expression(study: str, columns: Collection[str]) -> str:
    """The Subject cell of a form, "" where its columns do not name the subject.

    Example:
        >>> subject_expression("REG1", ["SITEID", "SUBJID", "AETERM"])
        'concat(["REG1", SITEID, SUBJID], separator="-")'
    """
    if "USUBJID" in columns:
        return "USUBJID"
    parts = [name for name in ("SITEID", "SUBJID") if name in columns]
    quoted = study.replace('"', '""')
    return f'concat(["{quoted}", {", ".join(parts)}], separator="-")' if "SUBJID" in parts else ""


def form_rows(new: NewStudy) -> list[Row]:
    """A row of Forms for each raw form."""
    return [
        {"Form": form, "Label": form.replace("_", " ").capitalize(), "Subject": subject_expression(new.name, columns)}
        for form, columns in new.forms.items()
    ]


def source_rows(domain: str, form: str) -> list[Row]:
    """The row of Sources of a domain that a form feeds."""
    return [{"Dataset": domain, "Order": 1, "Source": domain, "Form": form}] if form else []
