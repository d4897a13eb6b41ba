"""SUPP-- datasets as a define describes them: QVAL has a value level for each supplemental variable.

Source: SDTMIG 3.4, section 8.4, and Define-XML 2.1 on value-level metadata.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from studyspec import standards
from studyspec.build.dataset import sequence_variable
from studyspec.build.supp import SUPP_COLUMNS
from studyspec.spec.model import Comment, Condition, Dataset, Spec, ValueLevel, Variable, WhereClause
from studyspec.spec.where_clause import where_clause_text

_KEYS = ("STUDYID", "RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", "QNAM")
_LENGTHS = {"RDOMAIN": 2, "IDVAR": 8, "IDVARVAL": 8, "QNAM": 8, "QLABEL": 40, "QVAL": 200, "QORIG": 20, "QEVAL": 40}
_NO_EVALUATOR = "COM.SUPP.QEVAL"
_NO_IDVAR = "COM.SUPP.IDVAR"
_COMMENTS = {
    _NO_EVALUATOR: "Blank: no supplemental value of this dataset is the judgement of an evaluator.",
    _NO_IDVAR: "Blank: the parent dataset has one record per subject, which USUBJID identifies.",
}


def with_supp(spec: Spec) -> Spec:
    """The spec with its supplemental variables in SUPP-- datasets, as they are written to files.

    Args:
        spec: a workbook; variables with Supplemental Yes are among those of their parent dataset.

    Returns:
        The same spec where none is supplemental. Otherwise each SUPP-- follows its parent in Datasets, has the ten
        variables of SUPPQUAL, and a value level of QVAL with the metadata of each supplemental variable.
    """
    parents = [name for name in spec.datasets if any(item.supplemental for item in spec.variables_of[name])]
    if not parents:
        return spec
    datasets: dict[str, Dataset] = {}
    variables = [item for item in spec.variables if not item.supplemental]
    levels = [item for item in spec.value_levels if not _is_supplemental(spec, item)]
    for name, dataset in spec.datasets.items():
        datasets.setdefault(name, dataset)
        if name in parents:
            own = [item for item in spec.variables_of[name] if item.supplemental]
            supp = f"SUPP{name}"
            datasets[supp] = spec.datasets.get(supp) or _dataset(dataset, supp)
            variables += [] if spec.variables_of.get(supp) else _variables(spec, dataset, supp, own[0])
            levels += _levels(spec, supp, own)
    comments = {id_: Comment(id_, text, "", "", spec.datasets[parents[0]].location) for id_, text in _COMMENTS.items()}
    return replace(
        spec,
        datasets=datasets,
        variables=tuple(variables),
        value_levels=tuple(levels),
        comments={**comments, **spec.comments},
    )


def _is_supplemental(spec: Spec, level: ValueLevel) -> bool:
    return any(item.supplemental and item.name == level.variable for item in spec.variables_of[level.dataset])


def _dataset(parent: Dataset, name: str) -> Dataset:
    return replace(
        parent,
        name=name,
        label=f"Supplemental Qualifiers for {parent.name}",
        class_="RELATIONSHIP",
        subclass="",
        structure="One record per supplemental value of a parent record",
        key_variables=_KEYS,
        has_no_data=False,
        repeating=True,
        comment="",
        developer_notes="",
    )


def _variables(spec: Spec, parent: Dataset, supp: str, model: Variable) -> list[Variable]:
    """The ten variables of SUPPQUAL; study, domain and subject are defined as in the parent."""
    table = standards.sdtm_domain("SUPPQUAL")
    of_parent = {item.name: item for item in spec.variables_of[parent.name]}
    shared = {name: item for name, item in of_parent.items() if name in ("STUDYID", "USUBJID")}
    if "DOMAIN" in of_parent:
        shared["RDOMAIN"] = replace(of_parent["DOMAIN"], name="RDOMAIN")
    one_per_subject = not sequence_variable(parent.name, of_parent)
    found = []
    for order, name in enumerate(SUPP_COLUMNS, start=1):
        standard = table.variables[name] if table else None
        blank = name == "QEVAL" or (one_per_subject and name in ("IDVAR", "IDVARVAL"))
        own = replace(
            shared.get(name) or _assigned(model, name, blank),
            dataset=supp,
            order=order,
            label=standard.label if standard else name,
            role=standard.group if standard else "",
            mandatory=bool(standard and standard.core == "Req") and not blank,
        )
        found.append(own)
    return found


def _assigned(model: Variable, name: str, blank: bool) -> Variable:
    """A variable of SUPPQUAL that the sponsor assigns, that is never filled, or that has value levels (QVAL)."""
    assigned = name != "QVAL" and not blank
    comment = _NO_EVALUATOR if name == "QEVAL" else _NO_IDVAR
    return replace(
        model,
        name=name,
        data_type="text",
        length=_LENGTHS[name],
        significant_digits=None,
        format="",
        assigned_value="",
        codelist="",
        common=False,
        origin="Assigned" if assigned else "Not Available" if blank else "",
        source="Sponsor" if assigned else "",
        pages="",
        method="",
        predecessor="",
        has_no_data=blank,
        comment=comment if blank else "",
        developer_notes="",
        supplemental=False,
    )


def _levels(spec: Spec, supp: str, variables: Sequence[Variable]) -> list[ValueLevel]:
    found: list[ValueLevel] = []
    for item in variables:
        name = Condition(supp, "QNAM", "EQ", (item.name,))
        own = [level for level in spec.value_levels if (level.dataset, level.variable) == (item.dataset, item.name)]
        for level in own:
            found.append(_level(supp, len(found) + 1, item, level, (name, *level.where_clause.conditions)))
        if not own:
            found.append(_level(supp, len(found) + 1, item, item, (name,)))
    return found


def _level(
    supp: str, order: int, variable: Variable, definition: Variable | ValueLevel, conditions: tuple[Condition, ...]
) -> ValueLevel:
    return ValueLevel(
        dataset=supp,
        variable="QVAL",
        order=order,
        where_clause=WhereClause(where_clause_text(conditions, supp), conditions, definition.location),
        label=definition.label or variable.label,
        data_type=definition.data_type,
        length=definition.length,
        significant_digits=definition.significant_digits,
        format=definition.format,
        mandatory=definition.mandatory,
        assigned_value=definition.assigned_value,
        codelist=definition.codelist,
        origin=definition.origin,
        source=definition.source,
        pages=definition.pages,
        method=definition.method,
        predecessor=definition.predecessor,
        comment=definition.comment,
        developer_notes=definition.developer_notes,
        location=definition.location,
        role=variable.role,
    )
