"""A study of three subjects and 120 results, packaged into a folder: the package that tests plant faults in."""

from __future__ import annotations

import json
from pathlib import Path

from tests.build.mini import forms, spec

from studyspec import outputs
from studyspec.derive.registry import ENGINE
from studyspec.raw.manifest import Manifest
from studyspec.raw.read import Extract
from studyspec.run import build_study, created_time
from studyspec.spec.received import with_received
from studyspec.study import Study
from studyspec.submission.manifest import file_entries, write_manifest
from studyspec.submission.package import Packaged, write_package
from studyspec.submission.split import LARGEST

SDTM_PLACE = "datasets/test-01/tabulations/sdtm"
ADAM_PLACE = "datasets/test-01/analysis/adam/datasets"
PROGRAMS = "datasets/test-01/analysis/adam/programs"
# Versions of the guides whose required variables are not known here: the sample leaves most of them out.
COLUMNS = "Order|Dataset|Variable|Label|Data Type|Length|Format|Mandatory|Origin|Source|Method|Predecessor|Supplemental"
SDTM = {
    "Define": """
        Attribute | Value
        StudyName | TEST_01
        """,
    "Datasets": """
        Dataset|Label             |Class          |Structure         |Key Variables          |Standard   |Reference Data
        TS     |Trial Summary     |TRIAL DESIGN   |One per parameter |STUDYID, TSPARMCD      |SDTM-IG 3.2|Yes
        DM     |Demographics      |SPECIAL PURPOSE|One per subject   |STUDYID, USUBJID       |SDTM-IG 3.2|No
        LB     |Laboratory Results|FINDINGS       |One per result    |STUDYID, USUBJID, LBSEQ|SDTM-IG 3.2|No
        """,
    "Variables": f"""
        {COLUMNS}
        1|TS|STUDYID|Study Identifier|text|7||Yes|Assigned|Sponsor|||
        2|TS|TSPARMCD|Trial Summary Parameter Short Name|text|8||Yes|Assigned|Sponsor|||
        3|TS|TSVAL|Parameter Value|text|20||Yes|Assigned|Sponsor|||
        1|DM|STUDYID|Study Identifier|text|7||Yes|Assigned|Sponsor|||
        2|DM|USUBJID|Unique Subject Identifier|text|5||Yes|Assigned|Sponsor|||
        3|DM|RFSTDTC|Subject Reference Start Date/Time|date|10||No|Assigned|Sponsor|||
        4|DM|NOTE|Note|text|20||No|Assigned|Sponsor|||Yes
        1|LB|STUDYID|Study Identifier|text|7||Yes|Assigned|Sponsor|||
        2|LB|USUBJID|Unique Subject Identifier|text|5||Yes|Assigned|Sponsor|||
        3|LB|LBSEQ|Sequence Number|integer|8||Yes|Assigned|Sponsor|||
        4|LB|LBSTRESN|Numeric Result/Finding in Standard Units|float|8||No|Assigned|Sponsor|||
        5|LB|LBDTC|Date/Time of Specimen Collection|partialDate|10||No|Assigned|Sponsor|||
        """,
    "TS": """
        STUDYID | TSPARMCD | TSVAL
        TEST_01 | SSTDTC   | 2021-01-05
        """,
    "Forms": """
        Form | Label   | Subject | Not Tabulated
        dm   | Subject | SUBJ    |
        lb   | Lab     | SUBJ    |
        """,
    "Sources": """
        Dataset | Order | Source | Form
        DM      | 1     | DM     | dm
        LB      | 1     | LB     | lb
        """,
    "Mapping": """
        Dataset | Variable | Source | Expression
        DM      | STUDYID  |        | "TEST_01"
        DM      | USUBJID  |        | SUBJ
        DM      | RFSTDTC  |        | START
        DM      | NOTE     |        | NOTE
        LB      | STUDYID  |        | "TEST_01"
        LB      | USUBJID  |        | SUBJ
        LB      | LBSEQ    |        | number(NO)
        LB      | LBSTRESN |        | number(RESULT)
        LB      | LBDTC    |        | DAY
        """,
    "Documents": """
        ID        | Title         | Href
        DOC.ACRF  | Annotated CRF | acrf.pdf
        DOC.CSDRG | Guide         | csdrg.pdf
        """,
}
ADAM = {
    "Define": SDTM["Define"],
    "Datasets": """
        Dataset | Label         | Class                        | Structure       | Key Variables    | Standard
        ADSL    | Subject-Level | SUBJECT LEVEL ANALYSIS DATASET | One per subject | STUDYID, USUBJID | ADaM-IG 1.1
        """,
    "Variables": f"""
        {COLUMNS}
        1|ADSL|STUDYID|Study Identifier|text|7||Yes|Predecessor|||DM.STUDYID|
        2|ADSL|USUBJID|Unique Subject Identifier|text|5||Yes|Predecessor|||DM.USUBJID|
        3|ADSL|TRTSDT|Date of First Exposure to Treatment|integer|8|DATE9.|No|Derived|Sponsor|MT.TRTSDT||
        """,
    "Methods": """
        ID        | Name | Type        | Description  | Expression Context | Expression Code
        MT.TRTSDT | Date | Computation | From RFSTDTC | studyspec          | numeric_date(DM.RFSTDTC)
        """,
    "Documents": """
        ID       | Title | Href
        DOC.ADRG | Guide | adrg.pdf
        """,
    "Sources": """
        Dataset | Order | Source | Form
        ADSL    | 1     | DM     | DM
        """,
}
RAW = {
    "dm": """
        SUBJ,START,NOTE
        S-001,2021-01-05,first
        S-002,2021-02-28,
        S-003,,
        """,
    "lb": """
        SUBJ,NO,RESULT,DAY
        S-001,1,1.5,2021-01-05
        S-001,2,2,2021-01
        S-002,1,,2021-02-28
        """
    + "".join(f"S-002,{number},{number / 10},2021-03-01\n" for number in range(2, 60))
    + "".join(f"S-003,{number},{number},\n" for number in range(1, 60)),
}


def write_study(root: Path) -> tuple[Study, Extract, Path]:
    """The study with documents of its own, its extract, and the folder of its build."""
    study = Study(root, with_received(spec("SDTM", SDTM), {}), spec("ADaM", ADAM), None, ENGINE)
    assert study.adam is not None
    extract = Extract(Manifest("TEST_01", "2022-03-15", "2022-02-22", True, {}), forms(**RAW))
    built = build_study(study, extract.forms)
    assert [str(item) for item in built.findings if item.severity == "error"] == []
    folder = root / "build"
    created = created_time(study.sdtm, extract.manifest)
    assert outputs.write_datasets(built, (study.sdtm, study.adam), folder, created, ()) == []
    environment = {"study": "TEST_01", "created": created.isoformat()}
    (folder / "manifest.json").write_text(json.dumps(environment), encoding="utf-8")
    for name in ("sdtm/acrf.pdf", "sdtm/csdrg.pdf", "adam/adrg.pdf"):
        path = root / "documents" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"%PDF-1.4 " + name.encode())
    return study, extract, folder


def write_sample(root: Path, *, largest: int = LARGEST) -> tuple[Path, Packaged]:
    """The package of that study, complete as far as its files go, and what was found in its contents.

    Conformance is not what these tests are about: three subjects do not make a study, and the manifest names no fault.
    """
    study, extract, folder = write_study(root)
    package = folder / "m5"
    package.mkdir()
    packaged = write_package(study, extract, folder, package, largest=largest)
    environment = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    write_manifest(package, folder, environment, packaged.parts, file_entries(package), ())
    return package, packaged
