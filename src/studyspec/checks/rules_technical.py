"""TRC: what makes the FDA reject a submission before anybody reads it.

Source: FDA, Technical Rejection Criteria for Study Data (criteria 1734, 1735, 1736).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from studyspec.checks.dates import is_iso_date
from studyspec.checks.package import Package
from studyspec.checks.rule import Hit, rule


@rule(
    "TRC-1734",
    "TRC1734",
    "error",
    "There is no TS with the study start date",
    "Build TS with the parameter SSTDTC, an ISO 8601 date.",
)
def study_start(package: Package) -> Iterator[Hit]:
    """TS is there, with TSPARMCD SSTDTC and a TSVAL that is an ISO 8601 date."""
    if not package.select("SDTM"):
        return
    if "TS" not in package:
        yield Hit("TS", what="There is no dataset TS.")
        return
    ts = package["TS"]
    if not ts.has("TSPARMCD", "TSVAL") or not (ts["TSPARMCD"] == "SSTDTC").any():
        yield Hit("TS", "TSPARMCD", what="TS has no parameter SSTDTC.")
        return
    no_date = np.array([not (text and is_iso_date(text)) for text in ts["TSVAL"]], dtype=bool)
    yield from ts.hits((ts["TSPARMCD"] == "SSTDTC") & no_date, "TSPARMCD", "TSVAL")


@rule(
    "TRC-1735",
    "TRC1735",
    "error",
    "The file does not have the dataset's name",
    "Name the file after the dataset, in small letters, with .xpt.",
)
def file_names(package: Package) -> Iterator[Hit]:
    """Every dataset is in a file of its own name: ae.xpt holds AE."""
    for table in package.select("ALL"):
        if table.file != f"{table.name.lower()}.xpt":
            yield Hit(table.name, value=table.file)


@rule(
    "TRC-1736",
    "TRC1736, CORE-000581, CG0368, CORE-000560, AD0001",
    "error",
    "A required dataset or define.xml is missing",
    "Add it to the submission.",
)
def required_files(package: Package) -> Iterator[Hit]:
    """SDTM has DM, ADaM has ADSL, and each has its define.xml."""
    for standard, name in (("SDTM", "DM"), ("ADaM", "ADSL")):
        if package.select(standard) and name not in package:
            yield Hit(name, what=f"There is no dataset {name}.")
    for standard in ("SDTM", "ADaM"):
        if package.select(standard) and package.define_checked and standard not in package.defines:
            yield Hit("DEFINE", what=f"{standard} has no define.xml.")
