"""The workbook sdtm.xlsx of a new study that starts from received SDTM: as the files themselves say."""

from __future__ import annotations

from studyspec.init.domains import (
    SDTM_SHEETS,
    XPT_LENGTH,
    add_terms,
    dataset_row,
    define_rows,
    table_of,
    variable_codelist,
)
from studyspec.init.plan import Book, NewStudy, ReceivedDataset, Row


def received_book(new: NewStudy) -> Book:
    """The sheets of sdtm.xlsx for datasets that are received: names, labels, types and lengths are those of the files.

    There are no rows of Sources and Mapping: each variable takes the column of its name.
    """
    book: Book = {name: [] for name in SDTM_SHEETS}
    book["Define"] = define_rows(new.name, "SDTM-IG", "3.4")
    book["Parameters"] = [XPT_LENGTH]
    for dataset in new.received.values():
        book["Variables"] += [_variable(dataset, place) for place in range(len(dataset.variables))]
        names = [item.name for item in dataset.variables]
        book["Datasets"].append(dataset_row(dataset.name, dataset.label, names))
    add_terms(book, new)
    return book


def _variable(dataset: ReceivedDataset, place: int) -> Row:
    item = dataset.variables[place]
    table = table_of(dataset.name)
    name = item.name
    if dataset.name.startswith("SUPP") or table is None:
        standard = table.variables.get(name) if table else None
    else:
        standard = table.variables.get(table.name + name.removeprefix(dataset.name[:2])) or table.variables.get(name)
    return {
        "Order": place + 1,
        "Dataset": dataset.name,
        "Variable": name,
        "Label": item.label or (standard.label if standard else name),
        "Data Type": "partialDatetime" if name.endswith("DTC") else item.data_type,
        "Length": item.length,
        "Mandatory": "Yes" if standard and standard.core == "Req" else "No",
        "Codelist": variable_codelist(standard) if standard else "",
        "Origin": "Collected",
        "Source": "Investigator",
        "Role": standard.group if standard else "",
    }
