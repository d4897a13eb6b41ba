"""The folder qc of a new study: a skeleton per dataset, and the tracker."""

from __future__ import annotations

from collections.abc import Iterator
from string import Template

from studyspec.init.plan import Book, NewStudy, Row

_INPUTS = {"sdtm": "raw", "adam": "sdtm"}
_TRACKER = "Output,Risk,Reason"
_FINDINGS = "ID,Outputs,Finding,State,Resolution"


def qc_files(new: NewStudy, books: dict[str, Book], template: str) -> Iterator[tuple[str, str]]:
    """Path below the study's folder and text of every file of qc/, except its README.

    Args:
        new: what was asked for.
        books: the rows of the workbooks that there are, by layer (sdtm, adam, tlf).
        template: the skeleton of a program.
    """
    outputs = []
    for layer in [layer for layer in _INPUTS if layer in books]:
        for dataset in books[layer]["Datasets"]:
            variables = [row for row in books[layer]["Variables"] if row["Dataset"] == dataset["Dataset"]]
            name = str(dataset["Dataset"])
            outputs.append(name)
            yield f"qc/{layer}/qc_{name.lower()}.sql", _program(new, layer, dataset, variables, template)
    displays = [str(row["Display"]) for row in books["tlf"]["Displays"]] if "tlf" in books else []
    yield "qc/tracker.csv", "\n".join([_TRACKER, *(f"{name},," for name in outputs + displays)]) + "\n"
    yield "qc/findings.csv", f"{_FINDINGS}\n"


def _program(new: NewStudy, layer: str, dataset: Row, variables: list[Row], template: str) -> str:
    columns = ",\n".join(f"    {_column(row)}" for row in variables)
    inputs = sorted(new.forms) if layer == "sdtm" else [name.lower() for name in new.domains]
    return Template(template).substitute(
        layer=layer,
        table=str(dataset["Dataset"]).lower(),
        study=new.name,
        dataset=dataset["Dataset"],
        label=dataset["Label"],
        inputs=", ".join(f"{_INPUTS[layer]}.{name}" for name in inputs) or f"the tables of schema {_INPUTS[layer]}",
        keys=dataset["Key Variables"],
        columns=columns,
    )


def _column(row: Row) -> str:
    number = row["Data Type"] in ("integer", "float")
    return f"{'cast(null as double)' if number else chr(39) * 2} as {row['Variable']}"
