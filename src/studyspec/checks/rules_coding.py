"""SD-63x: dictionary levels of events."""

from __future__ import annotations

from studyspec.checks.package import Package, Table
from studyspec.checks.rule import Mask, record_rule
from studyspec.checks.rules_identifiers import not_one_to_one

_CODE = "Correct the coding: a name and a code of the dictionary belong together."


@record_rule(
    "SD-631",
    "CORE-000267, CG0050",
    "error",
    "--PTCD without --DECOD",
    _CODE,
    on="EVENTS",
    variables="--DECOD --PTCD",
)
def code_without_term(table: Table, package: Package) -> Mask:
    """Where --PTCD is filled, --DECOD is filled."""
    return table.filled("--PTCD") & ~table.filled("--DECOD")


@record_rule(
    "SD-632",
    "CORE-000268, CG0049, FB0909",
    "error",
    "--DECOD and --PTCD do not go together one to one",
    _CODE,
    on="EVENTS",
    variables="--DECOD --PTCD",
)
def preferred_terms(table: Table, package: Package) -> Mask:
    """Each --DECOD has one --PTCD, and the reverse."""
    return not_one_to_one(table, "--DECOD", "--PTCD")


@record_rule(
    "SD-633",
    "CORE-000706, FB0906",
    "error",
    "--LLT and --LLTCD do not go together one to one",
    _CODE,
    on="EVENTS",
    variables="--LLT --LLTCD",
)
def lowest_level_terms(table: Table, package: Package) -> Mask:
    """Each --LLT has one --LLTCD, and the reverse."""
    return not_one_to_one(table, "--LLT", "--LLTCD")


@record_rule(
    "SD-634",
    "CORE-000723, FB0907",
    "error",
    "--HLT and --HLTCD do not go together one to one",
    _CODE,
    on="EVENTS",
    variables="--HLT --HLTCD",
)
def high_level_terms(table: Table, package: Package) -> Mask:
    """Each --HLT has one --HLTCD, and the reverse."""
    return not_one_to_one(table, "--HLT", "--HLTCD")


@record_rule(
    "SD-635",
    "CORE-000719, FB0908",
    "error",
    "--HLGT and --HLGTCD do not go together one to one",
    _CODE,
    on="EVENTS",
    variables="--HLGT --HLGTCD",
)
def high_level_group_terms(table: Table, package: Package) -> Mask:
    """Each --HLGT has one --HLGTCD, and the reverse."""
    return not_one_to_one(table, "--HLGT", "--HLGTCD")


@record_rule(
    "SD-636",
    "CORE-000184, CG0083, FB0910",
    "error",
    "--BODSYS and --BDSYCD do not go together one to one",
    _CODE,
    on="EVENTS",
    variables="--BODSYS --BDSYCD",
)
def body_systems(table: Table, package: Package) -> Mask:
    """Each --BODSYS has one --BDSYCD, and the reverse."""
    return not_one_to_one(table, "--BODSYS", "--BDSYCD")


@record_rule(
    "SD-637",
    "CORE-000716, FB0911",
    "error",
    "--SOC and --SOCCD do not go together one to one",
    _CODE,
    on="EVENTS",
    variables="--SOC --SOCCD",
)
def organ_classes(table: Table, package: Package) -> Mask:
    """Each --SOC has one --SOCCD, and the reverse."""
    return not_one_to_one(table, "--SOC", "--SOCCD")


@record_rule(
    "SD-638",
    "CORE-000362, CG0037",
    "error",
    "--SOCCD is not --BDSYCD",
    "Use the primary organ class in both, or explain which one is analysed.",
    on="EVENTS",
    variables="--BDSYCD --SOCCD",
)
def organ_class_codes(table: Table, package: Package) -> Mask:
    """Where the primary SOC is used for analysis, --SOCCD is --BDSYCD."""
    return table.filled("--SOCCD") & table.filled("--BDSYCD") & (table["--SOCCD"] != table["--BDSYCD"])


@record_rule(
    "SD-639",
    "CORE-000264, CG0039",
    "error",
    "--SOC is not --BODSYS",
    "Use the primary organ class in both, or explain which one is analysed.",
    on="EVENTS",
    variables="--BODSYS --SOC",
)
def organ_class_names(table: Table, package: Package) -> Mask:
    """Where the primary SOC is used for analysis, --SOC is --BODSYS."""
    return table["--SOC"] != table["--BODSYS"]
