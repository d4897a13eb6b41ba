"""The spec as one immutable object of small tables; see docs/design.md for what each sheet means.

Field names follow the Pinnacle 21 headers in snake case. Text is "" where the cell is empty, numbers are None. Every
object keeps the `location` of its row, so that any later message can name the cell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from studyspec.spec.analysis import AnalysisDisplay, AnalysisResult
from studyspec.spec.dataset_sheet import DatasetSheet
from studyspec.spec.workbook import Location

Standard = Literal["SDTM", "ADaM"]
NUMERIC_TYPES = ("integer", "float")


def is_supplemental(dataset: str) -> bool:
    """True for the name of a SUPP-- dataset."""
    return dataset.startswith("SUPP") and len(dataset) > 4


@dataclass(frozen=True)
class Dataset:
    """A row of Datasets. `key_variables` in sort order; `standard_name` is the Standard cell as written."""

    name: str
    label: str
    class_: str
    subclass: str
    structure: str
    key_variables: tuple[str, ...]
    standard_name: str
    has_no_data: bool
    repeating: bool
    reference_data: bool
    comment: str
    developer_notes: str
    location: Location = field(compare=False)


@dataclass(frozen=True)
class Variable:
    """A row of Variables. `supplemental` (our column, Yes) sends the variable to SUPP--.

    `is_numeric` follows the data type and format: ADaM dates (Data Type integer with a date format) are numeric, SDTM
    dates are text.
    """

    dataset: str
    name: str
    order: int
    label: str
    data_type: str
    length: int | None
    significant_digits: int | None
    format: str
    mandatory: bool
    assigned_value: str
    codelist: str
    common: bool
    origin: str
    source: str
    pages: str
    method: str
    predecessor: str
    role: str
    has_no_data: bool
    comment: str
    developer_notes: str
    supplemental: bool
    location: Location = field(compare=False)

    @property
    def is_numeric(self) -> bool:
        """True when the column holds numbers in the dataset (and in XPT)."""
        return self.data_type in NUMERIC_TYPES


Comparator = Literal["EQ", "NE", "LT", "LE", "GT", "GE", "IN", "NOTIN"]


@dataclass(frozen=True)
class Condition:
    """One comparison of a where clause: variable comparator values."""

    dataset: str
    variable: str
    comparator: Comparator
    values: tuple[str, ...]


@dataclass(frozen=True)
class WhereClause:
    """Conditions that hold together (AND). `id` is given by the WhereClauses sheet or made from the text."""

    id: str
    conditions: tuple[Condition, ...]
    location: Location = field(compare=False)


@dataclass(frozen=True)
class ValueLevel:
    """A row of ValueLevel: metadata of a variable for the records its where clause selects.

    `role` has no column: a define gives supplemental values the role of their variable.
    """

    dataset: str
    variable: str
    order: int
    where_clause: WhereClause
    label: str
    data_type: str
    length: int | None
    significant_digits: int | None
    format: str
    mandatory: bool
    assigned_value: str
    codelist: str
    origin: str
    source: str
    pages: str
    method: str
    predecessor: str
    comment: str
    developer_notes: str
    location: Location = field(compare=False)
    role: str = ""


@dataclass(frozen=True)
class Term:
    """A codelist term: submission value, NCI code, decode, and the raw spellings that mean it (Synonyms, ours).

    `extended` (our column, Yes) says that the study adds the term to an extensible CDISC codelist on purpose.
    """

    order: int | None
    term: str
    nci_code: str
    decoded_value: str
    synonyms: tuple[str, ...]
    extended: bool
    location: Location = field(compare=False)


@dataclass(frozen=True)
class Codelist:
    """A codelist with its terms in order."""

    id: str
    name: str
    nci_code: str
    data_type: str
    terminology: str
    comment: str
    terms: tuple[Term, ...]
    location: Location = field(compare=False)

    @cached_property
    def decodes(self) -> dict[str, str]:
        """Term to Decoded Value (the term itself where no decode is given)."""
        return {term.term: term.decoded_value or term.term for term in self.terms}


@dataclass(frozen=True)
class Dictionary:
    """An external dictionary, e.g. MedDRA with its version."""

    id: str
    name: str
    data_type: str
    dictionary: str
    version: str
    location: Location = field(compare=False)


@dataclass(frozen=True)
class Method:
    """A row of Methods. With Expression Context "studyspec" the Expression Code runs; any other context is text."""

    id: str
    name: str
    type: str
    description: str
    expression_context: str
    expression_code: str
    document: str
    pages: str
    location: Location = field(compare=False)

    @property
    def runs(self) -> bool:
        """True when Expression Code is ours to run."""
        return self.expression_context.lower() == "studyspec" and bool(self.expression_code)


@dataclass(frozen=True)
class Comment:
    """A row of Comments."""

    id: str
    description: str
    document: str
    pages: str
    location: Location = field(compare=False)


@dataclass(frozen=True)
class Document:
    """A row of Documents."""

    id: str
    title: str
    href: str
    location: Location = field(compare=False)


@dataclass(frozen=True)
class Form:
    """A row of Forms (ours): one raw form, how it names its subject, and why it is not tabulated if it is not.

    `subject` is an expression giving USUBJID per record; blank for reference forms (sites). `not_tabulated` is the
    reason kept in the ledger for forms that feed no dataset.
    """

    name: str
    label: str
    subject: str
    not_tabulated: str
    location: Location = field(compare=False)


@dataclass(frozen=True)
class Join:
    """`form on A, B keep last by C`: look up columns of `form` where the named columns are equal.

    `keep` is "" (more than one match is an error), "first" or "last"; `by` orders the matches.
    """

    form: str
    on: tuple[str, ...]
    keep: Literal["", "first", "last"]
    by: tuple[str, ...]


@dataclass(frozen=True)
class Source:
    """A row of Sources (ours): one stream of records into a dataset.

    `form` is a raw form (SDTM) or a dataset (ADaM). `where` keeps records; `key` with `duplicates` (error, keep first,
    keep last) states what happens to records with equal key; `function` is a study function frame -> frame.
    `received`: the form is the dataset itself as it arrived (spec/received.py).
    """

    dataset: str
    order: int
    source: str
    form: str
    where: str
    joins: tuple[Join, ...]
    key: tuple[str, ...]
    duplicates: Literal["", "error", "keep first", "keep last"]
    function: str
    location: Location = field(compare=False)
    received: bool = False


@dataclass(frozen=True)
class VariableMapping:
    """A row of Mapping (ours): how a collected or assigned variable is read from a source ("" = every source)."""

    dataset: str
    variable: str
    source: str
    expression: str
    location: Location = field(compare=False)


@dataclass(frozen=True)
class Parameter:
    """A row of Parameters (ours): a named constant usable in expressions; `value` is a number or text."""

    name: str
    value: str | float
    description: str
    location: Location = field(compare=False)


@dataclass(frozen=True)
class Check:
    """A row of Checks (ours): records of `dataset` for which `where` holds give a finding with this id.

    `message` may name variables in braces, which are filled from the record: "AEENDTC {AEENDTC} is before {AESTDTC}".
    """

    id: str
    dataset: str
    where: str
    severity: Literal["error", "warning", "note"]
    message: str
    action: str
    location: Location = field(compare=False)


@dataclass(frozen=True)
class Explanation:
    """A row of Explained (ours): why findings of a conformance rule stay. Blank dataset or variable means any.

    `rule` is the rule's ID (docs/conformance.md, or one of CDISC CORE); `comment` an ID of the sheet Comments.
    """

    rule: str
    dataset: str
    variable: str
    comment: str
    location: Location = field(compare=False)


@dataclass(frozen=True)
class GuideText:
    """A row of Guide (ours): what the reviewer's guide says in a section. Each line of `text` is a paragraph."""

    section: str
    text: str
    location: Location = field(compare=False)


@dataclass(frozen=True)
class Spec:
    """One workbook: a standard's datasets and all that defines them. `name` is how messages call it."""

    name: str
    standard: Standard
    attributes: Mapping[str, str]
    datasets: Mapping[str, Dataset]
    variables: tuple[Variable, ...]
    value_levels: tuple[ValueLevel, ...]
    codelists: Mapping[str, Codelist]
    dictionaries: Mapping[str, Dictionary]
    methods: Mapping[str, Method]
    comments: Mapping[str, Comment]
    documents: Mapping[str, Document]
    forms: Mapping[str, Form]
    sources: tuple[Source, ...]
    mappings: tuple[VariableMapping, ...]
    parameters: Mapping[str, Parameter]
    checks: tuple[Check, ...]
    explanations: tuple[Explanation, ...] = ()
    guide: tuple[GuideText, ...] = ()
    analysis_displays: Mapping[str, AnalysisDisplay] = field(default_factory=dict)
    analysis_results: tuple[AnalysisResult, ...] = ()
    dataset_sheets: Mapping[str, DatasetSheet] = field(default_factory=dict)

    @cached_property
    def variables_of(self) -> dict[str, tuple[Variable, ...]]:
        """Variables by dataset, in Order."""
        found: dict[str, list[Variable]] = {name: [] for name in self.datasets}
        for variable in self.variables:
            found.setdefault(variable.dataset, []).append(variable)
        return {name: tuple(sorted(items, key=lambda item: item.order)) for name, items in found.items()}

    @cached_property
    def mappings_of(self) -> Mapping[tuple[str, str], Sequence[VariableMapping]]:
        """Rows of Mapping by dataset and variable."""
        found: dict[tuple[str, str], list[VariableMapping]] = {}
        for row in self.mappings:
            found.setdefault((row.dataset, row.variable), []).append(row)
        return found

    @cached_property
    def received(self) -> dict[str, str]:
        """Datasets that arrived as such, with the raw form that holds each."""
        return {source.dataset: source.form for source in self.sources if source.received}

    @cached_property
    def made(self) -> frozenset[str]:
        """SUPP-- datasets that the engine makes from the supplemental variables of their parents."""
        return frozenset(name for name in self.datasets if is_supplemental(name) and name not in self.received)

    @cached_property
    def reference_data(self) -> frozenset[str]:
        """Datasets whose records belong to no subject (TS, TA, TE): Reference Data is Yes and there is no USUBJID."""
        of_subjects = {item.dataset for item in self.variables if item.name == "USUBJID"}
        return frozenset(name for name, item in self.datasets.items() if item.reference_data) - of_subjects

    @property
    def only_describes(self) -> bool:
        """True when the workbook says what data are but not how they are made: nothing to read, nothing that runs."""
        return not (self.sources or self.mappings or any(method.runs for method in self.methods.values()))

    @cached_property
    def constants(self) -> dict[str, str | float]:
        """Parameter values by name, as expressions see them."""
        return {name: parameter.value for name, parameter in self.parameters.items()}
