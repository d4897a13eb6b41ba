"""A study of a few records with its second programs, written to a folder."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import openpyxl
import pandas as pd

from studyspec import __version__, outputs
from studyspec.findings_report import COLUMNS
from studyspec.identity import engine_sha256
from studyspec.qc.production import Production
from studyspec.qc.runner import Sources
from studyspec.transport.columns import XptColumn, XptDataset
from studyspec.transport.parquet import write_parquet
from studyspec.transport.xpt_write import write_xpt

HEADER = """-- Program: {path}
-- Study:   TEST
-- Output:  {name}
-- Purpose: second program of {name}
-- Inputs:  as named below
-- Outputs: qc.{name}
-- Author:  QC programmer
-- History: 1.0 first version
"""
DM = "CREATE TABLE qc.dm AS SELECT STUDY AS STUDYID, SUBJNO AS USUBJID, AGE::DOUBLE AS AGE FROM raw.demog;"
ADSL = "CREATE TABLE qc.adsl AS SELECT STUDYID, USUBJID, AGE FROM sdtm.dm;"
TABLE = """CREATE TABLE qc.t_1 AS
SELECT 'AGE' AS "row", 'ALL' AS "column", 'mean' AS statistic, avg(AGE) AS "value", '65.0' AS "text" FROM adam.adsl;
"""
PROGRAMS = {"sdtm/qc_dm.sql": DM, "adam/qc_adsl.sql": ADSL, "tlf/qc_t_1.sql": TABLE}

FRAME = pd.DataFrame(
    {"STUDYID": pd.Series(["T", "T"], dtype="str"), "USUBJID": pd.Series(["1", "2"], dtype="str"), "AGE": [60.0, 70.0]}
)
ARD = pd.DataFrame(
    {
        "row": pd.Series(["AGE"], dtype="str"),
        "column": pd.Series(["ALL"], dtype="str"),
        "statistic": pd.Series(["mean"], dtype="str"),
        "value": [65.0],
        "text": pd.Series(["65.0"], dtype="str"),
        "where": pd.Series(["AGE > 0"], dtype="str"),
    }
)


def production() -> Production:
    """Outputs that the programs above agree with."""
    return Production({"sdtm": {"DM": FRAME}, "adam": {"ADSL": FRAME}, "tlf": {"T-1": ARD}})


def write_study(root: Path, programs: dict[str, str] | None = None) -> Sources:
    """Write specs, raw and programs, and read them as the runner does."""
    for folder in ("specs", "raw"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / "raw" / "demog.csv").write_text("STUDY,SUBJNO,AGE\nT,1,60\nT,2,70\n", encoding="utf-8")
    manifest = {"files": [{"form": "demog", "file": "demog.csv", "encoding": "utf-8"}]}
    (root / "raw" / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    write_workbook(
        root / "specs" / "sdtm.xlsx", {"Datasets": [("Dataset", "Key Variables"), ("DM", "STUDYID, USUBJID")]}
    )
    adsl = [("Dataset", "Key Variables"), ("ADSL", "STUDYID, USUBJID")]
    write_workbook(root / "specs" / "adam.xlsx", {"Datasets": adsl})
    for name, text in (PROGRAMS if programs is None else programs).items():
        path = root / "qc" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(HEADER.format(path=f"qc/{name}", name=path.stem[3:]) + text, encoding="utf-8")
    return Sources.read(root)


def write_workbook(path: Path, sheets: dict[str, list[tuple[object, ...]]]) -> None:
    """Write a workbook of such rows."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)


def write_outputs(root: Path) -> None:
    """Write what a build of the study leaves: datasets, results data, findings, manifest."""
    out = root / "build"
    texts = [XptColumn(name, "char", 1, "") for name in ("STUDYID", "USUBJID")]
    columns = (*texts, XptColumn("AGE", "num", 8, ""))
    for folder, name in (("sdtm", "DM"), ("adam", "ADSL")):
        (out / folder).mkdir(parents=True)
        dataset = XptDataset(name, name, columns)
        write_xpt(out / folder / f"{name.lower()}.xpt", FRAME, dataset, created=datetime(2022, 3, 15))
    (out / "ard").mkdir()
    write_parquet(out / "ard" / "t-1.parquet", ARD)
    found = pd.DataFrame([("note", "M01"), ("warning", "M02"), ("note", "M01")], columns=["severity", "code"])
    found.reindex(columns=list(COLUMNS), fill_value="").to_csv(out / "findings.csv", index=False)
    sign(root)


def sign(root: Path) -> None:
    """Write the manifest of the build as of now."""
    inputs = {path.relative_to(root).as_posix(): path for name in ("specs", "raw") for path in (root / name).iterdir()}
    content = {
        "study": "T",
        "synthetic": True,
        "extract_date": "2022-03-15",
        "data_cutoff": "2022-02-22",
        "created": "2022-03-15T00:00:00",
        "studyspec": __version__,
        "engine_sha256": engine_sha256(),
        "python": "3.11",
        "packages": {"pandas": "3"},
    }
    (root / "build" / "manifest.json").unlink(missing_ok=True)
    outputs.write_manifest(root / "build", content, inputs)
