"""The workbook sdtm.xlsx of a new study that starts from raw forms."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from studyspec.init.derivations import find, method_row, sdtm_derivations
from studyspec.init.domains import (
    SDTM_SHEETS,
    TRIAL_DESIGN,
    XPT_LENGTH,
    add_terms,
    dataset_row,
    define_rows,
    fit_lengths,
    keys,
    variable_row,
)
from studyspec.init.forms import feeding_form, form_rows, source_rows
from studyspec.init.plan import LIBRARY_VARIABLES, Book, NewStudy, Row
from studyspec.standards import StandardTable, sdtm_domain


def sdtm_book(new: NewStudy) -> Book:
    """The sheets of sdtm.xlsx with their rows: what the standard requires or expects, and how much of it is known.

    Permissible variables of the domains stand in the library, unless a raw column has their name. A trial design domain
    has a sheet of its own for its records, with its variables as headers and one row, which is empty.
    """
    book: Book = {name: [] for name in SDTM_SHEETS}
    book["Define"] = define_rows(new.name, "SDTM-IG", "3.4")
    book["Forms"] = form_rows(new)
    book["Parameters"] = [XPT_LENGTH]
    book["Methods"] = [_SUBJECT]
    tables = {name: table for name in new.domains if (table := sdtm_domain(name))}
    feeding = {name: feeding_form(name, table.variables, new.forms) for name, table in tables.items()}
    for domain, table in tables.items():
        columns = new.forms.get(feeding[domain], {})
        chosen = _chosen(domain, table, columns)
        rows = {name: variable_row(domain, item) for name, item in table.variables.items()}
        book["Variables"] += [rows[name] for name in chosen]
        book[LIBRARY_VARIABLES] += [row for name, row in rows.items() if name not in chosen]
        book["Datasets"].append(dataset_row(domain, "", keys(domain, chosen)))
        book["Checks"] += _checks(domain, chosen)
        if table.class_ == TRIAL_DESIGN:
            book[domain] = [dict.fromkeys(name for name in chosen if name not in _ASSIGNED)]
        else:
            book["Sources"] += source_rows(domain, feeding[domain])
    known = {f"{row['Dataset']}.{row['Variable']}" for row in book["Variables"]}
    for domain in tables:
        _say_how(domain, known, new.forms.get(feeding[domain], {}), new.name, book)
    add_terms(book, new)
    fit_lengths(book)
    return book


def _chosen(domain: str, table: StandardTable, columns: Collection[str]) -> list[str]:
    """Required and expected variables, study days of the dates among them, and what a raw column is named like."""
    own = [item.name for item in table.variables.values() if item.core in ("Req", "Exp") or item.name in columns]
    days = {f"{domain}{middle}DY" for middle in ("", "ST", "EN") if f"{domain}{middle}DTC" in own}
    return [name for name in table.variables if name in own or name in days]


def _say_how(domain: str, known: Collection[str], columns: Collection[str], study: str, book: Book) -> None:
    """Fill in where the values of a domain's variables come from, as far as that is sure."""
    rows = [row for row in book["Variables"] if row["Dataset"] == domain]
    names = [str(row["Variable"]) for row in rows]
    derivations = {} if domain in book else sdtm_derivations(domain, keys(domain, names)[2:])
    for row in rows:
        name = str(row["Variable"])
        derivation = find(derivations, name, {*known, *names})
        if name in _ASSIGNED:
            value = study if name == "STUDYID" else domain
            row |= {"Assigned Value": value, "Length": len(value)}
            row |= {"Origin": "Protocol" if name == "STUDYID" else "Assigned", "Source": "Sponsor"}
        elif name == "USUBJID":
            row |= {**_DERIVED, "Method": _SUBJECT["ID"]}
        elif name in columns and derivation is None:
            book["Mapping"].append({"Dataset": domain, "Variable": name, "Expression": name})
            row |= _COLLECTED
        elif derivation:
            method = f"MT.{name}"
            row |= {**_DERIVED, "Method": method}
            book["Methods"].append(method_row(method, str(row["Label"]), derivation))


_ASSIGNED = ("STUDYID", "DOMAIN")
_SUBJECT: Row = {
    "ID": "MT.USUBJID",
    "Name": "Unique Subject Identifier",
    "Type": "Computation",
    "Description": "Made of study, site and subject number as the raw forms give them (column Subject, sheet Forms).",
}
_COLLECTED: Row = {"Origin": "Collected", "Source": "Investigator"}
_DERIVED: Row = {"Origin": "Derived", "Source": "Sponsor"}


def _checks(domain: str, names: Collection[str]) -> Iterator[Row]:
    """A first check of the data, as an example that is worth having."""
    start, end = f"{domain}STDTC", f"{domain}ENDTC"
    if start in names and end in names:
        yield {
            "ID": f"{domain}01",
            "Dataset": domain,
            "Where": f"before({end}, {start})",
            "Severity": "warning",
            "Message": f"{end} {{{end}}} is before {start} {{{start}}}.",
            "Action": "Query the dates.",
        }
