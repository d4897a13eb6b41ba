"""Load a define spec: workbook to model, with everything that is wrong in the workbook itself as findings.

What concerns several rows, sheets or workbooks is for `check_specs` in `studyspec.spec.check`.
"""

from __future__ import annotations

from pathlib import Path

from studyspec.findings import Finding, Rule
from studyspec.spec import load_rows as rows
from studyspec.spec.dataset_sheet import dataset_sheet
from studyspec.spec.dialects import canonical
from studyspec.spec.load_analysis import analysis_displays, analysis_results
from studyspec.spec.model import Dataset, Source, Spec, Standard, ValueLevel
from studyspec.spec.rules_keys import duplicate_keys
from studyspec.spec.schemas import check_cells
from studyspec.spec.workbook import Workbook, read_workbook

UNREADABLE = Rule(
    "SPEC-001",
    "error",
    "Workbook cannot be read",
    why="Without the workbook there is no spec.",
    action="Give the path of an .xlsx workbook in the layout of Pinnacle 21; save a damaged one again from Excel.",
)
NO_STANDARD = Rule(
    "SPEC-014",
    "warning",
    "Standard not stated",
    why="SDTM and ADaM have different rules; the standard was guessed from the names of the datasets.",
    action="Add the attribute StandardName to the Define sheet, with SDTM-IG or ADaM-IG.",
)


def load_spec(path: Path, *, standard: Standard | None = None) -> tuple[Spec | None, list[Finding]]:
    """Read an SDTM or ADaM workbook.

    Args:
        path: the .xlsx file, in one of the Pinnacle 21 layouts (see `studyspec.spec.dialects`).
        standard: what the workbook describes; by default what its Define sheet says.

    Returns:
        The spec, made of all rows that can be used, and the findings about the rest. None only when the file cannot
        be read or has neither datasets nor variables.

    Example:
        >>> spec, findings = load_spec(Path("specs/sdtm.xlsx"))  # doctest: +SKIP
        >>> spec.variables_of["AE"][0].name  # doctest: +SKIP
        'STUDYID'
    """
    try:
        found = read_workbook(path)
    except Exception as error:  # Damaged workbooks raise errors of many kinds.
        return None, [unreadable(path, error)]
    return spec_from(found, standard=standard)


def spec_from(found: Workbook, *, standard: Standard | None = None) -> tuple[Spec | None, list[Finding]]:
    """The same for a workbook that is read already."""
    workbook, findings = canonical(found)
    findings += check_cells(workbook)
    findings += duplicate_keys(workbook)
    if not workbook.rows("Datasets") and not workbook.rows("Variables"):
        return None, findings
    value_levels, found_where = _value_levels(workbook)
    sources, found_joins = _sources(workbook)
    results, found_results = analysis_results(workbook)
    datasets = rows.by_key(map(rows.dataset, workbook.rows("Datasets")), lambda item: item.name)
    attributes = {row["Attribute"]: row["Value"] for row in workbook.rows("Define")}
    stated, found_standard = _standard(workbook, attributes, datasets)
    spec = Spec(
        name=workbook.name,
        standard=standard or stated,
        attributes=attributes,
        datasets=datasets,
        variables=tuple(map(rows.variable, workbook.rows("Variables"))),
        value_levels=value_levels,
        codelists=rows.codelists(workbook.rows("Codelists")),
        dictionaries=rows.by_key(map(rows.dictionary, workbook.rows("Dictionaries")), lambda item: item.id),
        methods=rows.by_key(map(rows.method, workbook.rows("Methods")), lambda item: item.id),
        comments=rows.by_key(map(rows.comment, workbook.rows("Comments")), lambda item: item.id),
        documents=rows.by_key(map(rows.document, workbook.rows("Documents")), lambda item: item.id),
        forms=rows.by_key(map(rows.form, workbook.rows("Forms")), lambda item: item.name),
        sources=sources,
        mappings=tuple(map(rows.mapping, workbook.rows("Mapping"))),
        parameters=rows.by_key(map(rows.parameter, workbook.rows("Parameters")), lambda item: item.name),
        checks=tuple(map(rows.check, workbook.rows("Checks"))),
        explanations=tuple(map(rows.explanation, workbook.rows("Explained"))),
        guide=tuple(map(rows.guide_text, workbook.rows("Guide"))),
        analysis_displays=analysis_displays(workbook),
        analysis_results=results,
        dataset_sheets={name: dataset_sheet(workbook.sheets[name]) for name in datasets if name in workbook.sheets},
    )
    findings += found_where + found_joins + found_results
    return spec, findings + ([] if standard else found_standard)


def unreadable(path: Path, error: Exception) -> Finding:
    """SPEC-001 about a file that `read_workbook` could not read."""
    name = f"{path.parent.name}/{path.name}"
    if isinstance(error, FileNotFoundError):
        return UNREADABLE.finding(f"There is no file {name}.", cell=name)
    return UNREADABLE.finding(f"{name} is not a workbook that can be opened ({type(error).__name__}).", cell=name)


def _value_levels(workbook: Workbook) -> tuple[tuple[ValueLevel, ...], list[Finding]]:
    known = rows.where_clauses(workbook)
    found: list[ValueLevel] = []
    findings: list[Finding] = []
    for row in workbook.rows("ValueLevel"):
        clause, problems = rows.where_clause(row, known)
        findings += problems
        if clause is not None:
            found.append(rows.value_level(row, clause))
    return tuple(found), findings


def _sources(workbook: Workbook) -> tuple[tuple[Source, ...], list[Finding]]:
    found: list[Source] = []
    findings: list[Finding] = []
    for row in workbook.rows("Sources"):
        joins, problems = rows.joins(row)
        findings += problems
        found.append(rows.source(row, joins))
    return tuple(found), findings


def _standard(
    workbook: Workbook, attributes: dict[str, str], datasets: dict[str, Dataset]
) -> tuple[Standard, list[Finding]]:
    """What the workbook says it describes: the Define sheet, else the Standard cells, else the datasets' names."""
    texts = [attributes.get("StandardName", ""), *(item.standard_name for item in datasets.values())]
    for text in texts:
        if "ADAM" in text.upper():
            return "ADaM", []
        if "SDTM" in text.upper():
            return "SDTM", []
    guessed: Standard = "ADaM" if all(name.startswith("AD") for name in datasets) else "SDTM"
    what = f"The workbook does not say whether it is SDTM or ADaM; it is read as {guessed}."
    return guessed, [NO_STANDARD.finding(what, cell=f"{workbook.name}!Define")]
