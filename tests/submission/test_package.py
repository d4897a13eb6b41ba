"""What is in a package: datasets in three forms that say the same, by readers that nobody here wrote."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from lxml import etree
from tests.build.mini import spec
from tests.submission.sample_package import ADAM_PLACE, PROGRAMS, SDTM_PLACE, write_sample, write_study

from studyspec.submission.datasets import json_dataset
from studyspec.submission.package import write_package
from studyspec.transport.xpt_read import XptMember, XptVariable
from transport.odmlib_datasets import odmlib_dataset, read_content
from transport.xpt_samples import CREATED, number, text

ODM = "{http://www.cdisc.org/ns/odm/v1.3}"
XLINK = "{http://www.w3.org/1999/xlink}"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sample(tmp_path_factory.mktemp("sample"))[0]


def data_files(package: Path) -> list[Path]:
    return sorted(path for place in (SDTM_PLACE, ADAM_PLACE) for path in (package / place).glob("*.xpt"))


def json_rows(path: Path) -> tuple[dict[str, object], list[list[object]]]:
    """Description and rows of Dataset-JSON, in either form."""
    if path.suffix == ".json":
        content = json.loads(path.read_text(encoding="utf-8"))
        return content, content.pop("rows")
    lines = path.read_text(encoding="utf-8").splitlines()
    return json.loads(lines[0]), [json.loads(line) for line in lines[1:]]


def as_sas(value: object, column: dict[str, object]) -> object:
    """A value of Dataset-JSON as pyreadstat gives that of a transport file."""
    if column.get("targetDataType") == "integer" and value is not None:
        return float((date.fromisoformat(str(value)) - date(1960, 1, 1)).days)
    if value is None:
        return "" if column["dataType"] in ("date", "datetime", "time") and not column.get("targetDataType") else np.nan
    return float(value) if isinstance(value, int | float) else value


@pytest.mark.parametrize("suffix", [".json", ".ndjson"])
def test_dataset_json_has_the_values_of_the_transport_file(sample: Path, suffix: str) -> None:
    for path in data_files(sample):
        head, rows = json_rows(path.with_suffix(suffix))
        columns = head["columns"]
        frame, about = pyreadstat.read_xport(path, disable_datetime_conversion=True)
        assert [column["name"] for column in columns] == list(frame.columns)
        assert [column["label"] for column in columns] == about.column_labels
        assert head["label"] == about.file_label
        read = pd.DataFrame(
            [[as_sas(value, column) for value, column in zip(row, columns, strict=True)] for row in rows],
            columns=list(frame.columns),
        )
        pd.testing.assert_frame_equal(
            read, frame.fillna({name: "" for name in frame if frame[name].dtype != float}), check_dtype=False
        )


def test_odmlib_takes_every_file_as_dataset_json_1_1(sample: Path) -> None:
    paths = sorted([*sample.rglob("*.json"), *sample.rglob("*.ndjson")])
    assert len(paths) == 10
    for path in paths:
        assert odmlib_dataset(read_content(path)).name == path.stem.upper()


def test_oids_and_keys_are_those_of_define(sample: Path) -> None:
    for path in data_files(sample):
        root = etree.parse(path.with_name("define.xml")).getroot()
        study, version = root.find(f"{ODM}Study"), root.find(f".//{ODM}MetaDataVersion")
        group = next(item for item in version.iter(f"{ODM}ItemGroupDef") if item.get("Name") == path.stem.upper())
        head, _ = json_rows(path.with_suffix(".ndjson"))
        assert (head["studyOID"], head["metaDataVersionOID"]) == (study.get("OID"), version.get("OID"))
        assert head["itemGroupOID"] == group.get("OID")
        assert [(item["itemOID"], str(item.get("keySequence", ""))) for item in head["columns"]] == [
            (item.get("ItemOID"), item.get("KeySequence") or "") for item in group.iter(f"{ODM}ItemRef")
        ]


def test_transport_files_are_those_of_the_build(sample: Path) -> None:
    for path in data_files(sample):
        standard = "sdtm" if "tabulations" in path.parts else "adam"
        assert path.read_bytes() == (sample.parent / standard / path.name).read_bytes()


def test_every_link_of_define_leads_to_a_file(sample: Path) -> None:
    for place in (SDTM_PLACE, ADAM_PLACE):
        root = etree.parse(sample / place / "define.xml").getroot()
        links = [item.get(f"{XLINK}href") for item in root.iter() if item.get(f"{XLINK}href")]
        assert links != []
        assert [link for link in links if not (sample / place / link).is_file()] == []


def test_documents_of_the_study_are_taken_as_they_are(sample: Path) -> None:
    assert (sample / SDTM_PLACE / "csdrg.pdf").read_bytes() == b"%PDF-1.4 sdtm/csdrg.pdf"
    assert (sample / ADAM_PLACE / "adrg.pdf").read_bytes() == b"%PDF-1.4 adam/adrg.pdf"


def test_guide_of_the_study_is_not_contradicted_by_one_of_ours(tmp_path: Path) -> None:
    study, extract, build = write_study(tmp_path)
    (tmp_path / "documents/sdtm/csdrg.pdf").rename(tmp_path / "documents/sdtm/csdrg.docx")
    (tmp_path / "m5").mkdir()
    write_package(study, extract, build, tmp_path / "m5")
    found = sorted(path.name for path in (tmp_path / "m5").rglob("csdrg.*"))
    assert found == ["csdrg.docx"]


def test_every_dataset_has_its_program(sample: Path) -> None:
    names = sorted(path.name for path in (sample / PROGRAMS).iterdir())
    assert names == ["adsl.txt", "sdtm-dm.txt", "sdtm-lb.txt", "sdtm-ts.txt"]
    assert "numeric_date(DM.RFSTDTC)" in (sample / PROGRAMS / "adsl.txt").read_text(encoding="ascii")


def test_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    packages = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        package, _ = write_sample(tmp_path / name, largest=4000)
        packages.append({path.relative_to(package): path.read_bytes() for path in package.rglob("*") if path.is_file()})
    assert packages[0] == packages[1]


def test_functions_of_the_study_are_copied_as_ascii(tmp_path: Path) -> None:
    study, extract, build = write_study(tmp_path)
    (tmp_path / "sdtm").mkdir()
    (tmp_path / "sdtm" / "lb_units.py").write_text('"""Größe"""\r\n', encoding="utf-8", newline="")
    (tmp_path / "m5").mkdir()
    write_package(study, extract, build, tmp_path / "m5")
    assert (tmp_path / "m5" / PROGRAMS / "functions-sdtm-lb-units.txt").read_bytes() == b'"""Grosse"""\n'


def described(data_type: str, values: pd.Series, sas_format: str = "") -> dict[str, object]:
    """The column that Dataset-JSON has for these values."""
    sheets = {
        "Datasets": "Dataset | Label | Key Variables\nX | X | VALUE",
        "Variables": f"Order|Dataset|Variable|Label|Data Type|Length\n1|X|VALUE|Value|{data_type}|10",
    }
    kind = "num" if values.dtype == float else "char"
    column = XptVariable("VALUE", kind, 8, "Value", sas_format, "", 0)
    member = XptMember("X", "X", "", CREATED, CREATED, (column,), pd.DataFrame({"VALUE": values}), {})
    found = json_dataset(member, spec("SDTM", sheets)).columns[0]
    return {
        name: value
        for name, value in (("type", found.data_type), ("target", found.target_data_type), ("length", found.length))
        if value
    }


@pytest.mark.parametrize(
    ("data_type", "values", "expected"),
    [
        ("date", ("2021-01-05", ""), "date"),
        ("partialDate", ("2021-01-05", "2020-12-31"), "date"),
        ("partialDate", ("2021-01-05", "2020-12"), "string"),
        ("datetime", ("2021-01-05T10:00:00", ""), "datetime"),
        ("datetime", ("2021-01-05T10:00", "2021-01-05T10:00:00"), "string"),
        ("partialDatetime", ("2021-01-05", "2021-01-06"), "date"),
        ("time", ("10:00:00", ""), "time"),
        ("date", ("", ""), "string"),
        ("text", ("2021-01-05", ""), "string"),
        ("durationDatetime", ("P1D", ""), "string"),
    ],
)
def test_iso_text_is_a_date_only_when_every_value_is_complete(
    data_type: str, values: tuple[str, ...], expected: str
) -> None:
    found = described(data_type, text(*values))
    assert found["type"] == expected
    assert ("length" in found) == (expected == "string")


@pytest.mark.parametrize(
    ("data_type", "values", "sas_format", "expected"),
    [
        ("integer", (1.0, np.nan), "", {"type": "integer"}),
        ("integer", (1.5, 2.0), "", {"type": "float"}),
        ("float", (1.0, 2.0), "8.1", {"type": "float"}),
        ("integer", (22000.0, np.nan), "DATE9.", {"type": "date", "target": "integer"}),
        ("integer", (22000.5, 1.0), "DATE9.", {"type": "float"}),
        ("integer", (1.9e9, np.nan), "DATETIME20.", {"type": "datetime", "target": "integer"}),
        ("integer", (3600.0, 0.0), "TIME5.", {"type": "time", "target": "integer"}),
        ("integer", (90000.0, 0.0), "TIME5.", {"type": "integer"}),
    ],
)
def test_number_is_what_its_format_shows_where_all_values_can_be_shown(
    data_type: str, values: tuple[float, ...], sas_format: str, expected: dict[str, str]
) -> None:
    assert described(data_type, number(*values), sas_format) == expected
