"""Rows of a workbook to the objects of the model, sheet by sheet.

Sheets and headers are canonical here. A cell that the schemas object to has its finding already; it is read as empty,
so that the rest of the row can still be used and checked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Literal, TypeVar, cast

from studyspec.findings import Finding, Rule
from studyspec.spec import model
from studyspec.spec.schemas import SCHEMAS, choice, whole_number
from studyspec.spec.where_clause import WhereClauseError, parse_where_clause, sheet_values
from studyspec.spec.workbook import Row, Workbook

WHERE_CLAUSE = Rule(
    "SPEC-012",
    "error",
    "Where clause cannot be read",
    why="Without it nobody can tell which records the row is about.",
    action='Write it as VSTESTCD EQ WEIGHT, VSTESTCD IN (WEIGHT, HEIGHT), or LBNAM EQ "LOCAL LAB" and LBSPEC EQ BLOOD.',
)
UNKNOWN_WHERE_CLAUSE = Rule(
    "SPEC-108",
    "error",
    "Unknown where clause",
    why="Without it nobody can tell which records the row is about.",
    action="Add the ID to the sheet WhereClauses, or write the clause itself.",
)
JOIN = Rule(
    "SPEC-013",
    "error",
    "Join cannot be read",
    why="The engine must know which columns of the form to compare.",
    action="Write it as: sites on SITENO; demog on USUBJID keep last by LASTMODDT.",
)

T = TypeVar("T")
_JOIN = re.compile(r"(\w+)\s+on\s+(.+?)(?:\s+keep\s+(first|last)(?:\s+by\s+(.+))?)?", re.IGNORECASE | re.ASCII)
_COLUMN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?", re.ASCII)


def names(text: str) -> tuple[str, ...]:
    """The names in a list separated by commas (or semicolons): "STUDYID, USUBJID" to two names."""
    return tuple(part for part in re.split(r"[\s,;]+", text) if part)


def synonyms(text: str) -> tuple[str, ...]:
    """The raw spellings in a Synonyms cell, separated by semicolons; one that holds a semicolon stands in quotes.

    Example:
        >>> synonyms('T4; "t(4;14)"')
        ('T4', 't(4;14)')
    """
    pieces = re.findall(r'\s*"([^"]*)"\s*(?:;|$)|\s*([^;]+?)\s*(?:;|$)', text)
    return tuple(quoted or plain for quoted, plain in pieces if (quoted or plain).strip())


def is_number(text: str) -> bool:
    """True for a number as a cell shows it: 30, -0.5; not 007, 1e3 or nan."""
    return _NUMBER.fullmatch(text) is not None


def by_key(items: Iterable[T], key: Callable[[T], str]) -> dict[str, T]:
    """Objects by their name or ID; of duplicates (which have a finding) the first stays."""
    found: dict[str, T] = {}
    for item in items:
        found.setdefault(key(item), item)
    return found


def _yes(row: Row, header: str) -> bool:
    return row[header].casefold() == "yes"


def _choice(row: Row, sheet: str, header: str) -> str:
    return choice(row[header], SCHEMAS[sheet][header])


def dataset(row: Row) -> model.Dataset:
    """A row of Datasets."""
    return model.Dataset(
        name=row["Dataset"],
        label=row["Label"],
        class_=_choice(row, "Datasets", "Class"),
        subclass=_choice(row, "Datasets", "SubClass"),
        structure=row["Structure"],
        key_variables=names(row["Key Variables"]),
        standard_name=row["Standard"],
        has_no_data=_yes(row, "Has No Data"),
        repeating=_yes(row, "Repeating"),
        reference_data=_yes(row, "Reference Data"),
        comment=row["Comment"],
        developer_notes=row["Developer Notes"],
        location=row.location,
    )


def variable(row: Row) -> model.Variable:
    """A row of Variables."""
    return model.Variable(
        dataset=row["Dataset"],
        name=row["Variable"],
        order=whole_number(row["Order"]) or 0,
        label=row["Label"],
        data_type=_choice(row, "Variables", "Data Type"),
        length=whole_number(row["Length"]),
        significant_digits=whole_number(row["Significant Digits"]),
        format=row["Format"],
        mandatory=_yes(row, "Mandatory"),
        assigned_value=row["Assigned Value"],
        codelist=row["Codelist"],
        common=_yes(row, "Common"),
        origin=_choice(row, "Variables", "Origin"),
        source=_choice(row, "Variables", "Source"),
        pages=row["Pages"],
        method=row["Method"],
        predecessor=row["Predecessor"],
        role=row["Role"],
        has_no_data=_yes(row, "Has No Data"),
        comment=row["Comment"],
        developer_notes=row["Developer Notes"],
        supplemental=_yes(row, "Supplemental"),
        location=row.location,
    )


def value_level(row: Row, where_clause: model.WhereClause) -> model.ValueLevel:
    """A row of ValueLevel with its where clause as read before."""
    return model.ValueLevel(
        dataset=row["Dataset"],
        variable=row["Variable"],
        order=whole_number(row["Order"]) or 0,
        where_clause=where_clause,
        label=row["Label"],
        data_type=_choice(row, "ValueLevel", "Data Type"),
        length=whole_number(row["Length"]),
        significant_digits=whole_number(row["Significant Digits"]),
        format=row["Format"],
        mandatory=_yes(row, "Mandatory"),
        assigned_value=row["Assigned Value"],
        codelist=row["Codelist"],
        origin=_choice(row, "ValueLevel", "Origin"),
        source=_choice(row, "ValueLevel", "Source"),
        pages=row["Pages"],
        method=row["Method"],
        predecessor=row["Predecessor"],
        comment=row["Comment"],
        developer_notes=row["Developer Notes"],
        location=row.location,
    )


def codelists(rows: Iterable[Row]) -> dict[str, model.Codelist]:
    """The rows of Codelists, grouped by ID; name, code and type are those of a codelist's first row."""
    grouped: dict[str, list[Row]] = {}
    for row in rows:
        grouped.setdefault(row["ID"], []).append(row)
    return {id_: _codelist(id_, members) for id_, members in grouped.items()}


def _codelist(id_: str, rows: list[Row]) -> model.Codelist:
    first = rows[0]
    return model.Codelist(
        id=id_,
        name=first["Name"],
        nci_code=first["NCI Codelist Code"],
        data_type=_choice(first, "Codelists", "Data Type"),
        terminology=first["Terminology"],
        comment=first["Comment"],
        terms=tuple(_term(row) for row in rows),
        location=first.location,
    )


def _term(row: Row) -> model.Term:
    return model.Term(
        order=whole_number(row["Order"]),
        term=row["Term"],
        nci_code=row["NCI Term Code"],
        decoded_value=row["Decoded Value"],
        synonyms=synonyms(row["Synonyms"]),
        extended=_yes(row, "Extended"),
        location=row.location,
    )


def dictionary(row: Row) -> model.Dictionary:
    """A row of Dictionaries."""
    return model.Dictionary(row["ID"], row["Name"], row["Data Type"], row["Dictionary"], row["Version"], row.location)


def method(row: Row) -> model.Method:
    """A row of Methods."""
    return model.Method(
        id=row["ID"],
        name=row["Name"],
        type=_choice(row, "Methods", "Type"),
        description=row["Description"],
        expression_context=row["Expression Context"],
        expression_code=row["Expression Code"],
        document=row["Document"],
        pages=row["Pages"],
        location=row.location,
    )


def comment(row: Row) -> model.Comment:
    """A row of Comments."""
    return model.Comment(row["ID"], row["Description"], row["Document"], row["Pages"], row.location)


def document(row: Row) -> model.Document:
    """A row of Documents."""
    return model.Document(row["ID"], row["Title"], row["Href"], row.location)


def form(row: Row) -> model.Form:
    """A row of Forms."""
    return model.Form(row["Form"], row["Label"], row["Subject"], row["Not Tabulated"], row.location)


def source(row: Row, joins: tuple[model.Join, ...]) -> model.Source:
    """A row of Sources with its joins as read before."""
    duplicates = _choice(row, "Sources", "Duplicates")
    allowed = duplicates if duplicates in SCHEMAS["Sources"]["Duplicates"]["allowed"] else ""
    return model.Source(
        dataset=row["Dataset"],
        order=whole_number(row["Order"]) or 0,
        source=row["Source"],
        form=row["Form"],
        where=row["Where"],
        joins=joins,
        key=names(row["Key"]),
        duplicates=cast(Literal["", "error", "keep first", "keep last"], allowed),
        function=row["Function"],
        location=row.location,
    )


def mapping(row: Row) -> model.VariableMapping:
    """A row of Mapping."""
    return model.VariableMapping(row["Dataset"], row["Variable"], row["Source"], row["Expression"], row.location)


def parameter(row: Row) -> model.Parameter:
    """A row of Parameters; what looks like a number is one (30, 0.5), except with leading zeros (007)."""
    text = row["Value"]
    value = float(text) if is_number(text) else text
    return model.Parameter(row["Name"], value, row["Description"], row.location)


def check(row: Row) -> model.Check:
    """A row of Checks; an unknown severity, which has its finding, counts as error."""
    severity = _choice(row, "Checks", "Severity")
    known = severity if severity in SCHEMAS["Checks"]["Severity"]["allowed"] else "error"
    return model.Check(
        id=row["ID"],
        dataset=row["Dataset"],
        where=row["Where"],
        severity=cast(Literal["error", "warning", "note"], known),
        message=row["Message"],
        action=row["Action"],
        location=row.location,
    )


def explanation(row: Row) -> model.Explanation:
    """A row of Explained."""
    return model.Explanation(row["Rule"], row["Dataset"], row["Variable"], row["Comment"], row.location)


def guide_text(row: Row) -> model.GuideText:
    """A row of Guide."""
    return model.GuideText(row["Section"], row["Text"], row.location)


def joins(row: Row) -> tuple[tuple[model.Join, ...], list[Finding]]:
    """The Join cell of a Sources row: `sites on SITENO; demog on USUBJID keep last by LASTMODDT`."""
    found: list[model.Join] = []
    findings: list[Finding] = []
    for part in (piece.strip() for piece in row["Join"].split(";")):
        match = _JOIN.fullmatch(part)
        on, order = (names(match[2]), names(match[4] or "")) if match else ((), ())
        if match and all(_COLUMN.fullmatch(name) for name in on + order):
            keep = cast(Literal["", "first", "last"], (match[3] or "").lower())
            found.append(model.Join(match[1], on, keep, order))
        elif part:
            findings.append(JOIN.finding(f"{part!r} is not a join.", cell=row.location.at("Join")))
    return tuple(found), findings


def where_clauses(workbook: Workbook) -> dict[str, model.WhereClause]:
    """The sheet WhereClauses of older workbooks: rows of equal ID hold together."""
    grouped: dict[str, list[Row]] = {}
    for row in workbook.rows("WhereClauses"):
        grouped.setdefault(row["ID"], []).append(row)
    return {
        id_: model.WhereClause(id_, tuple(_sheet_condition(row) for row in rows), rows[0].location)
        for id_, rows in grouped.items()
    }


def _sheet_condition(row: Row) -> model.Condition:
    comparator = cast(model.Comparator, _choice(row, "WhereClauses", "Comparator"))
    return model.Condition(row["Dataset"], row["Variable"], comparator, sheet_values(row["Value"], comparator))


def where_clause(row: Row, known: Mapping[str, model.WhereClause]) -> tuple[model.WhereClause | None, list[Finding]]:
    """The Where Clause cell of a ValueLevel row: an ID of the sheet WhereClauses, or the clause itself."""
    text, cell = row["Where Clause"], row.location.at("Where Clause")
    if text in known:
        return known[text], []
    if not text:
        return None, []
    if known and " " not in text:
        return None, [UNKNOWN_WHERE_CLAUSE.finding(f"{text} is not an ID of the sheet WhereClauses.", cell=cell)]
    try:
        return model.WhereClause(text, parse_where_clause(text, row["Dataset"]), row.location), []
    except WhereClauseError as error:
        return None, [WHERE_CLAUSE.finding(f"In {text!r} {error}", cell=cell)]
