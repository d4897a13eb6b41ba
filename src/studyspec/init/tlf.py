"""The workbook tlf.xlsx of a new study: one display, as an example that counts from the first build on."""

from __future__ import annotations

from collections.abc import Collection

from studyspec.init.plan import Book, NewStudy, Row
from studyspec.spec.tlf_schema import SHEETS

_SUMMARY = "n; Mean (SD); Median; Min, max"


def tlf_book(new: NewStudy, adam: Book) -> Book:
    """The sheets of tlf.xlsx: a table of demographics where ADSL is asked for, else empty sheets."""
    book: Book = {name: [] for name in SHEETS}
    own = [str(row["Variable"]) for row in adam["Variables"] if row["Dataset"] == "ADSL"]
    if own:
        _add_demographics(book, new.name, own)
    return book


def _add_demographics(book: Book, study: str, own: Collection[str]) -> None:
    display: Row = {"Display": "T-14-1-1"}
    book["Displays"] = [
        {
            **display,
            "Type": "Table",
            "Number": "14.1.1",
            "Title": "Demographics",
            "Population": 'SAFFL == "Y"',
            "Population Label": "Safety population",
            "Dataset": "ADSL",
            "Stub Label": "Characteristic",
            "Empty Text": "No subject is in the safety population.",
            "Orientation": "portrait",
        }
    ]
    book["Columns"] = [{**display, "Order": 1, "ID": "ALL", "Label": "All subjects", "Kind": "total"}]
    rows: list[Row] = [
        {"ID": "AGE", "Label": "Age (years)", "Kind": "continuous", "Statistics": _SUMMARY, "Decimals": 0},
        {"ID": "SEX", "Label": "Sex, n (%)", "Kind": "categories", "Statistics": "n (%)"},
        {"ID": "RACE", "Label": "Race, n (%)", "Kind": "categories", "Statistics": "n (%)"},
    ]
    book["Rows"] = [
        {**display, "Order": place * 10, "Level": 0, "Variables": row["ID"], **row}
        for place, row in enumerate((row for row in rows if row["ID"] in own), start=1)
    ]
    note = "N is the number of subjects in the column. Percentages are of N. SD: standard deviation."
    book["Notes"] = [
        {"Display": "*", "Kind": "header", "Order": 1, "Text": f"Study {study}"},
        {**display, "Kind": "footnote", "Order": 1, "Text": note},
    ]
