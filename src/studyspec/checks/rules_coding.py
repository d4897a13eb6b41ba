"""SD-63x: dictionary levels of events."""

from __future__ import annotations

from studyspec.checks.package import Package, Table
from studyspec.checks.pairs import pair_rule, together_rule
from studyspec.checks.rule import Mask, record_rule

_CODE = "Correct the coding: a name and a code of the dictionary belong together."

together_rule("SD-631", "CORE-000267, CG0050", _CODE, on="EVENTS", given="--PTCD", needed="--DECOD")
pair_rule("SD-632", "CORE-000268, CG0049, FB0909", _CODE, on="EVENTS", first="--DECOD", second="--PTCD")
pair_rule("SD-633", "CORE-000706, FB0906", _CODE, on="EVENTS", first="--LLT", second="--LLTCD")
pair_rule("SD-634", "CORE-000723, FB0907", _CODE, on="EVENTS", first="--HLT", second="--HLTCD")
pair_rule("SD-635", "CORE-000719, FB0908", _CODE, on="EVENTS", first="--HLGT", second="--HLGTCD")
pair_rule("SD-636", "CORE-000184, CG0083, FB0910", _CODE, on="EVENTS", first="--BODSYS", second="--BDSYCD")
pair_rule("SD-637", "CORE-000716, FB0911", _CODE, on="EVENTS", first="--SOC", second="--SOCCD")


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
