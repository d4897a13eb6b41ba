"""REDCap: the wide table becomes one form for each instrument."""

from __future__ import annotations

from pathlib import Path

import pytest

from raw.extracts import found_codes, read_forms, write_manifest
from studyspec.raw.read import read_extract

DICTIONARY = """"Variable / Field Name","Form Name","Section Header","Field Type"
record_id,demog,,text
sex,demog,,radio
race,demog,,checkbox
aeterm,ae,,text
aestdat,ae,,text
"""
HEADER = (
    "record_id,redcap_event_name,redcap_repeat_instrument,redcap_repeat_instance,sex,race___1,race___2,demog_complete,"
    "aeterm,aestdat,ae_timestamp,ae_complete\n"
)
ROWS = (
    "1,base_arm_1,,,M,1,0,2,,,,0\n"
    "1,base_arm_1,ae,1,,,,,NA,2022-02-03,,2\n"
    "1,base_arm_1,ae,2,,,,,,,,0\n"
    "2,base_arm_1,,,,0,0,0,FEVER,,,1\n"
)


@pytest.fixture
def entries(tmp_path: Path) -> list[dict[str, object]]:
    (tmp_path / "fields.csv").write_text(DICTIONARY)
    (tmp_path / "data.csv").write_text(HEADER + ROWS)
    data = {"file": "data.csv", "format": "redcap", "encoding": "utf-8", "dictionary": "fields.csv"}
    return [
        {"file": "fields.csv", "encoding": "utf-8", "rows": 5},
        data | {"form": "demog", "instrument": "demog", "rows": 1},
        data | {"form": "ae", "instrument": "ae", "rows": 2},
    ]


def test_each_instrument_is_a_form_of_its_own_columns(tmp_path: Path, entries: list[dict[str, object]]) -> None:
    forms = read_forms(tmp_path, *entries)
    assert forms["demog"].to_dict("records") == [
        {
            "record_id": "1",
            "redcap_event_name": "base_arm_1",
            "redcap_repeat_instrument": "",
            "redcap_repeat_instance": "",
            "sex": "M",
            "race___1": "1",
            "race___2": "0",
            "demog_complete": "2",
        }
    ]
    assert list(forms["ae"])[4:] == ["aeterm", "aestdat", "ae_timestamp", "ae_complete"]


def test_blank_instruments_and_blank_repeats_are_no_records(tmp_path: Path, entries: list[dict[str, object]]) -> None:
    """Unchecked checkboxes and the status Incomplete are what REDCap writes for a form that nobody filled."""
    forms = read_forms(tmp_path, *entries)
    assert forms["demog"]["record_id"].tolist() == ["1"]
    assert forms["ae"][["record_id", "redcap_repeat_instance", "aeterm"]].to_numpy().tolist() == [
        ["1", "1", "NA"],
        ["2", "", "FEVER"],
    ]


def test_a_status_other_than_incomplete_makes_a_record(tmp_path: Path, entries: list[dict[str, object]]) -> None:
    (tmp_path / "data.csv").write_text(HEADER + "1,base_arm_1,ae,1,,,,,,,,2\n")
    forms = read_forms(tmp_path, entries[0], entries[1] | {"rows": 0}, entries[2] | {"rows": 1})
    assert forms["ae"]["ae_complete"].tolist() == ["2"]


def test_the_headers_of_the_api_are_known(tmp_path: Path, entries: list[dict[str, object]]) -> None:
    fields = DICTIONARY.replace('"Variable / Field Name","Form Name"', "field_name,form_name")
    (tmp_path / "fields.csv").write_text(fields)
    assert set(read_forms(tmp_path, *entries)) == {"fields", "demog", "ae"}


def test_without_a_dictionary_the_table_is_one_form(tmp_path: Path, entries: list[dict[str, object]]) -> None:
    (tmp_path / "fields.csv").unlink()
    entry = {"form": "all", "file": "data.csv", "format": "redcap", "encoding": "utf-8", "rows": 4}
    assert read_forms(tmp_path, entry)["all"].shape == (4, 12)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("ae_timestamp", "other"), "the column other belongs to no instrument"),
        (("base_arm_1,ae,1", "base_arm_1,Adverse Events,1"), "export raw data, not labels"),
    ],
)
def test_what_the_dictionary_does_not_know_is_refused(
    tmp_path: Path, entries: list[dict[str, object]], change: tuple[str, str], complaint: str
) -> None:
    (tmp_path / "data.csv").write_text((HEADER + ROWS).replace(*change))
    (finding,) = read_extract(write_manifest(tmp_path, entries))[1]
    assert finding.code == "RAW-014"
    assert complaint in finding.what


def test_another_file_as_dictionary_is_refused(tmp_path: Path, entries: list[dict[str, object]]) -> None:
    (tmp_path / "fields.csv").write_text("A,B\n" + "1,2\n" * 5)
    assert found_codes(tmp_path, *entries) == ["RAW-014"]


def test_a_dictionary_that_is_not_listed_is_refused(tmp_path: Path, entries: list[dict[str, object]]) -> None:
    """Its checksum would not be held."""
    assert found_codes(tmp_path, *entries[1:]) == ["RAW-001"]
