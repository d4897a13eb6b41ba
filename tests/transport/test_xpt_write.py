from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

from studyspec.transport.columns import XptColumn, XptDataset
from studyspec.transport.xpt_faults import XptWriteError
from studyspec.transport.xpt_write import write_xpt
from transport.xpt_samples import CREATED, number, one_number, one_text, subjects, text


def problems_of(folder: Path, frame: pd.DataFrame, dataset: XptDataset, **options) -> tuple[str, ...]:
    with pytest.raises(XptWriteError) as caught:
        write_xpt(folder / "a.xpt", frame, dataset, **{"created": CREATED, **options})
    assert list(folder.iterdir()) == []
    return caught.value.problems


def data_of(folder: Path, frame: pd.DataFrame, dataset: XptDataset, **options) -> bytes:
    """The bytes after the headers."""
    write_xpt(folder / "a.xpt", frame, dataset, created=CREATED, **options)
    written = (folder / "a.xpt").read_bytes()
    return written[written.index(b"HEADER RECORD*******OBS") + 80 :]


def test_headers_are_the_bytes_of_ts_140(tmp_path: Path) -> None:
    write_xpt(tmp_path / "a.xpt", pd.DataFrame({"AGE": number(71.0)}), one_age(), created=CREATED)
    blocks = [(tmp_path / "a.xpt").read_bytes()[at : at + 80] for at in range(0, 960, 80)]
    assert blocks[0] == b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!" + b"0" * 30 + b"  "
    assert blocks[1] == b"SAS     SAS     SASLIB  6.06    PYTHON  " + b" " * 24 + b"01MAY24:13:45:59"
    assert blocks[2] == b"01MAY24:13:45:59" + b" " * 64
    assert blocks[3] == b"HEADER RECORD*******MEMBER  HEADER RECORD!!!!!!!000000000000000001600000000140  "
    assert blocks[4] == b"HEADER RECORD*******DSCRPTR HEADER RECORD!!!!!!!" + b"0" * 30 + b"  "
    assert blocks[5] == b"SAS     DM      SASDATA 6.06    PYTHON  " + b" " * 24 + b"01MAY24:13:45:59"
    assert blocks[6] == b"01MAY24:13:45:59" + b" " * 16 + b"Demographics".ljust(40) + b" " * 8
    assert blocks[7] == b"HEADER RECORD*******NAMESTR HEADER RECORD!!!!!!!000000000100000000000000000000  "
    described = bytes.fromhex("0001 0000 0008 0001") + b"AGE     " + b"Age".ljust(40)
    described += b"        " + bytes.fromhex("0008 0002 0000 0000") + b"BEST    " + bytes.fromhex("000C 0000")
    described += bytes(4) + bytes(52)
    assert blocks[8] + blocks[9] == described + b" " * 20
    assert blocks[10] == b"HEADER RECORD*******OBS     HEADER RECORD!!!!!!!" + b"0" * 30 + b"  "
    assert blocks[11] == bytes.fromhex("4247000000000000") + b" " * 72


def one_age() -> XptDataset:
    return XptDataset("DM", "Demographics", (XptColumn("AGE", "num", 8, "Age", "8.2", "BEST12."),))


def test_equal_arguments_give_equal_bytes(tmp_path: Path) -> None:
    frame, dataset = subjects()
    write_xpt(tmp_path / "a.xpt", frame, dataset, created=CREATED)
    write_xpt(tmp_path / "b.xpt", frame[frame.columns[::-1]].copy(), dataset, created=CREATED)
    assert (tmp_path / "a.xpt").read_bytes() == (tmp_path / "b.xpt").read_bytes()


def test_bytes_do_not_depend_on_the_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = pd.DataFrame({"AETERM": text(*(f"TERM {row}" for row in range(100)))})
    whole = data_of(tmp_path, frame, one_text())
    monkeypatch.setattr("studyspec.transport.xpt_records._CHUNK_BYTES", 70)
    assert data_of(tmp_path, frame, one_text()) == whole


def test_text_is_padded_with_blanks_and_the_file_to_80_bytes(tmp_path: Path) -> None:
    frame = pd.DataFrame({"AETERM": text("RASH", "")})
    frame["AESEV"] = text("MILD", "MILD")
    dataset = XptDataset("AE", "", (XptColumn("AETERM", "char", 6), XptColumn("AESEV", "char", 4)))
    assert data_of(tmp_path, frame, dataset) == b"RASH  MILD      MILD" + b" " * 60


def test_no_padding_follows_a_whole_block(tmp_path: Path) -> None:
    assert data_of(tmp_path, pd.DataFrame({"AETERM": text("A" * 80)}), one_text(80)) == b"A" * 80


def test_no_rows_give_no_data(tmp_path: Path) -> None:
    frame, dataset = subjects()
    assert data_of(tmp_path, frame.iloc[:0], dataset) == b""


@pytest.mark.parametrize("length", range(3, 9))
def test_numbers_are_cut_to_the_length(tmp_path: Path, length: int) -> None:
    stored = data_of(tmp_path, pd.DataFrame({"VSSTRESN": number(1.0, float("nan"))}), one_number(length))
    assert stored[: 2 * length] == b"\x41\x10".ljust(length, b"\0") + b".".ljust(length, b"\0")


def test_special_missings_are_stored_as_their_letter(tmp_path: Path) -> None:
    frame = pd.DataFrame({"VSSTRESN": number(*[float("nan")] * 4)})
    special = {"VSSTRESN": text("A", "", "Z", "_")}
    assert data_of(tmp_path, frame, one_number(3), special=special)[:12] == b"A\0\0.\0\0Z\0\0_\0\0"


def test_utf_8_is_padded_by_bytes(tmp_path: Path) -> None:
    frame = pd.DataFrame({"AETERM": text("fièvre", "x")})
    assert data_of(tmp_path, frame, one_text(8), encoding="utf-8")[:16] == "fièvre ".encode() + b"x       "


def test_a_slice_of_a_frame_is_written_as_itself(tmp_path: Path) -> None:
    frame = pd.DataFrame({"AETERM": text("ONE", "TWO", "THREE")}).iloc[1:]
    assert data_of(tmp_path, frame, one_text(5))[:10] == b"TWO  THREE"


def test_joined_frames_are_written_row_after_row(tmp_path: Path) -> None:
    frame = pd.concat([pd.DataFrame({"AETERM": text("ONE")}), pd.DataFrame({"AETERM": text("TWO")})])
    assert data_of(tmp_path, frame, one_text(3))[:6] == b"ONETWO"


def test_value_longer_than_its_variable_is_named(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, pd.DataFrame({"AETERM": text("RASH", "HEADACHES")}), one_text(8))
    assert problems == (
        "AE.AETERM, row 2: the value 'HEADACHES' has 9 bytes. "
        "The variable has 8 bytes, and nothing is cut. Lengthen it or shorten the value.",
    )


def test_length_is_counted_in_bytes_not_characters(tmp_path: Path) -> None:
    frame = pd.DataFrame({"AETERM": text("fièvre")})
    assert "'fièvre' has 7 bytes" in problems_of(tmp_path, frame, one_text(6), encoding="utf-8")[0]


def test_character_outside_ascii_is_named(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, pd.DataFrame({"AETERM": text("", "x≥y")}), one_text())
    assert problems[0].startswith("AE.AETERM, row 2: the value 'x≥y' has the character '≥' (U+2265).")


def test_character_outside_another_encoding_is_named(tmp_path: Path) -> None:
    frame = pd.DataFrame({"AETERM": text("é", "é≥")})
    problems = problems_of(tmp_path, frame, one_text(), encoding="latin-1")
    assert problems[0].startswith("AE.AETERM, row 2: the value 'é≥' has the character '≥' (U+2265).")


def test_nul_character_is_named(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, pd.DataFrame({"AETERM": text("A", "B\0C")}), one_text())
    assert problems[0].startswith("AE.AETERM, row 2: the value 'B\\x00C' has a NUL character.")


def test_nan_in_text_is_named(tmp_path: Path) -> None:
    frame = pd.DataFrame({"AETERM": pd.Series(["A", None], dtype="str")})
    assert problems_of(tmp_path, frame, one_text())[0].startswith("AE.AETERM, row 2: the value is NaN.")


@pytest.mark.parametrize("value", [2.0**252, float("inf"), float("-inf"), 1e-300, 5e-324])
def test_number_out_of_range_is_named(tmp_path: Path, value: float) -> None:
    problems = problems_of(tmp_path, pd.DataFrame({"VSSTRESN": number(1.0, value)}), one_number())
    assert problems[0].startswith(f"VS.VSSTRESN, row 2: the value {value!r} is out of range.")


def test_number_that_its_length_would_change_is_named(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, pd.DataFrame({"VSSTRESN": number(1.0, 0.1)}), one_number(4))
    assert problems[0].startswith("VS.VSSTRESN, row 2: the value 0.1 needs more than 4 bytes.")


@pytest.mark.parametrize("letter", ["a", "AB", ".", "1", " "])
def test_unknown_special_missing_is_named(tmp_path: Path, letter: str) -> None:
    frame = pd.DataFrame({"VSSTRESN": number(float("nan"), float("nan"))})
    problems = problems_of(tmp_path, frame, one_number(), special={"VSSTRESN": text("", letter)})
    assert problems[0].startswith(f"VS.VSSTRESN, row 2: {letter!r} is given as special missing.")


def test_special_missing_beside_a_value_is_named(tmp_path: Path) -> None:
    frame = pd.DataFrame({"VSSTRESN": number(1.0)})
    problems = problems_of(tmp_path, frame, one_number(), special={"VSSTRESN": text("A")})
    assert problems[0].startswith("VS.VSSTRESN, row 1: 1.0 has the special missing 'A'.")


def test_special_missings_must_fit_the_frame(tmp_path: Path) -> None:
    frame, dataset = subjects()
    special = {"AGE": text("A"), "SEX": text("A", "A"), "NONE": text("A", "A")}
    starts = [problem.split(":")[0] for problem in problems_of(tmp_path, frame, dataset, special=special)]
    assert starts == ["ADSL.AGE", "ADSL.SEX", "ADSL.NONE"]


def test_fault_in_several_chunks_is_listed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studyspec.transport.xpt_records._CHUNK_BYTES", 20)
    frame = pd.DataFrame({"AETERM": text("A", "B", "LONGER", "C", "LONGEST")})
    problems = problems_of(tmp_path, frame, one_text(5))
    assert len(problems) == 1
    assert problems[0].startswith("AE.AETERM, row 3: the value 'LONGER'")
    assert problems[0].endswith("2 rows are like this; this is the first.")


def test_faults_of_all_variables_are_listed(tmp_path: Path) -> None:
    frame, dataset = subjects()
    frame["SEX"] = text("FEMALE", "é")
    frame["AGE"] = number(float("inf"), 1.0)
    starts = [problem.split(":")[0] for problem in problems_of(tmp_path, frame, dataset)]
    assert starts == ["ADSL.SEX, row 2", "ADSL.SEX, row 1", "ADSL.AGE, row 1"]


def test_missing_and_surplus_columns_are_named(tmp_path: Path) -> None:
    frame, dataset = subjects()
    problems = problems_of(tmp_path, frame.rename(columns={"AGE": "AGEX"}), dataset)
    assert [problem.split(".")[1][:4] for problem in problems] == ["AGE:", "AGEX"]


def test_column_that_occurs_twice_is_named(tmp_path: Path) -> None:
    frame, dataset = subjects()
    twice = pd.concat([frame, frame[["AGE"]]], axis=1)
    assert problems_of(tmp_path, twice, dataset)[0].startswith("ADSL.AGE: the frame has the column 2 times.")


def test_column_of_another_type_is_named(tmp_path: Path) -> None:
    frame, dataset = subjects()
    wrong = frame.astype({"AGE": "object", "TRTSDT": "int64", "SEX": "object"})
    starts = [problem.split(":")[0] for problem in problems_of(tmp_path, wrong, dataset)]
    assert starts == ["ADSL.SEX", "ADSL.AGE", "ADSL.TRTSDT"]


def test_problems_of_the_description_are_reported(tmp_path: Path) -> None:
    frame = pd.DataFrame({"AETERM": text("A")})
    assert "length 201" in problems_of(tmp_path, frame, one_text(201))[0]


@pytest.mark.parametrize("year", [1959, 2060])
def test_year_that_two_digits_cannot_tell_is_refused(tmp_path: Path, year: int) -> None:
    frame, dataset = subjects()
    assert f"created is in {year}" in problems_of(tmp_path, frame, dataset, created=datetime(year, 1, 1))[0]


@pytest.mark.parametrize("encoding", ["utf-16", "klingon", "utf-8-sig", "base64"])
def test_encoding_that_is_no_superset_of_ascii_is_refused(tmp_path: Path, encoding: str) -> None:
    frame, dataset = subjects()
    assert "is no encoding for XPT" in problems_of(tmp_path, frame, dataset, encoding=encoding)[0]


def test_failed_write_leaves_the_last_good_file(tmp_path: Path) -> None:
    target = tmp_path / "ae.xpt"
    write_xpt(target, pd.DataFrame({"AETERM": text("RASH")}), one_text(), created=CREATED)
    good = target.read_bytes()
    with pytest.raises(XptWriteError):
        write_xpt(target, pd.DataFrame({"AETERM": text("é")}), one_text(), created=CREATED)
    assert target.read_bytes() == good
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("rows", [1, 3, 11])
def test_blank_last_row_of_a_short_record_is_refused(tmp_path: Path, rows: int) -> None:
    frame = pd.DataFrame({"AETERM": text(*["RASH"] * (rows - 1), "")})
    problems = problems_of(tmp_path, frame, one_text(8))
    assert problems[0].startswith(f"AE, row {rows}: the last row is all blank. XPT has no row count")


def test_blank_row_before_the_last_is_written(tmp_path: Path) -> None:
    frame = pd.DataFrame({"AETERM": text("RASH", "", "NAUSEA")})
    assert data_of(tmp_path, frame, one_text(8))[:24] == b"RASH            NAUSEA  "


def test_blank_last_row_of_80_bytes_is_written(tmp_path: Path) -> None:
    frame = pd.DataFrame({"AETERM": text("RASH", "")})
    assert len(data_of(tmp_path, frame, one_text(80))) == 160
