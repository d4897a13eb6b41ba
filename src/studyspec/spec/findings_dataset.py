"""FINDINGS: what displays can read besides the datasets of the ADaM spec, the findings about a subject."""

from __future__ import annotations

from dataclasses import replace

from studyspec.spec.model import Dataset, Spec, Variable
from studyspec.spec.workbook import Location

FINDINGS = "FINDINGS"
# Variable to its label and data type. DSNAME and DSSEQ name the output record, FORM and RECORD the raw record.
FINDINGS_VARIABLES: dict[str, tuple[str, str]] = {
    "USUBJID": ("Unique Subject Identifier", "text"),
    "CODE": ("Code of the Finding", "text"),
    "SEVERITY": ("Severity", "text"),
    "DSNAME": ("Dataset of the Record", "text"),
    "DSSEQ": ("Sequence Number of the Record", "integer"),
    "FORM": ("Raw Form", "text"),
    "RECORD": ("Record of the Raw Form", "integer"),
    "WHAT": ("What Was Found", "text"),
    "ACTION": ("What to Do", "text"),
}


def with_findings(adam: Spec) -> Spec:
    """The ADaM spec as displays see it: with the dataset FINDINGS, unless the spec has one of its own.

    Args:
        adam: the ADaM spec.

    Returns:
        A spec in memory; FINDINGS is never written, submitted or described in define.xml.
    """
    if FINDINGS in adam.datasets:
        return adam
    place = Location(adam.name, "Datasets", 1, {})
    dataset = Dataset(
        name=FINDINGS,
        label="Findings about a Subject",
        class_="ADAM OTHER",
        subclass="",
        structure="One record per finding",
        key_variables=("USUBJID",),
        standard_name="",
        has_no_data=False,
        repeating=True,
        reference_data=False,
        comment="",
        developer_notes="",
        location=place,
    )
    variables = tuple(_variable(name, order, place) for order, name in enumerate(FINDINGS_VARIABLES, start=1))
    return replace(adam, datasets={**adam.datasets, FINDINGS: dataset}, variables=(*adam.variables, *variables))


def _variable(name: str, order: int, place: Location) -> Variable:
    label, data_type = FINDINGS_VARIABLES[name]
    return Variable(
        dataset=FINDINGS,
        name=name,
        order=order,
        label=label,
        data_type=data_type,
        length=None,
        significant_digits=None,
        format="",
        mandatory=False,
        assigned_value="",
        codelist="",
        common=False,
        origin="",
        source="",
        pages="",
        method="",
        predecessor="",
        role="",
        has_no_data=False,
        comment="",
        developer_notes="",
        supplemental=False,
        location=place,
    )
