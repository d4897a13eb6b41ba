"""The workbook sdtm.xlsx of a new study that starts from received SDTM: as the files themselves say."""

from __future__ import annotations

from studyspec.init.codelists import codelist_id, subset_rows, used_terms
from studyspec.init.domains import (
    SDTM_SHEETS,
    XPT_LENGTH,
    dataset_row,
    define_rows,
    table_of,
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
        book["Datasets"].append(dataset_row(dataset.name, dataset.label, dataset.keys))
    _add_terms(book, new)
    return book


def _add_terms(book: Book, new: NewStudy) -> None:
    """Codelists with the terms that the columns hold; variables with the same terms share one."""
    ids: dict[tuple[str, tuple[str, ...]], str] = {}
    taken = set()
    forms = {form.upper(): columns for form, columns in new.forms.items()}
    for row in book["Variables"]:
        standard, name = str(row["Codelist"]), str(row["Variable"])
        terms = used_terms(standard, forms[str(row["Dataset"])][name])
        if not terms:
            row["Codelist"] = ""
        elif (standard, terms) not in ids:
            own = standard if standard not in taken else f"{standard}_{name}"
            own = own if own not in taken else f"{standard}_{row['Dataset']}_{name}"
            ids[standard, terms] = own
            taken.add(own)
            book["Codelists"] += subset_rows(standard, own, terms)
        if terms:
            row["Codelist"] = ids[standard, terms]


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
        "Codelist": codelist_id(standard.codelists) if standard and item.data_type == "text" else "",
        "Origin": "Collected",
        "Source": "Investigator",
        "Role": standard.group if standard else "",
    }
