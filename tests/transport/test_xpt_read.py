from __future__ import annotations

import ast
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

import studyspec.transport.xpt_read
from studyspec.transport.columns import XptColumn, XptDataset
from studyspec.transport.xpt_read import XptError, XptLibrary, XptVariable, read_xpt
from studyspec.transport.xpt_write import write_xpt
from transport.xpt_samples import CREATED, number, one_number, one_text, subjects, text

# Where the parts of the file of `sample` begin.
NAMESTRS = 8 * 80
OBS = NAMESTRS + 7 * 80
DATA = OBS + 80
RECORD = 12 + 1 + 8 + 4


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    frame, dataset = subjects()
    write_xpt(tmp_path / "adsl.xpt", frame, dataset, created=CREATED)
    return tmp_path / "adsl.xpt"


def refusal(path: Path, data: bytes, **options: str) -> XptError:
    path.write_bytes(data)
    with pytest.raises(XptError) as caught:
        read_xpt(path, **options)
    return caught.value


def patched(path: Path, offset: int, new: bytes) -> bytes:
    data = path.read_bytes()
    return data[:offset] + new + data[offset + len(new) :]


def test_everything_in_the_file_is_given(sample: Path) -> None:
    file = read_xpt(sample)
    assert file.library == XptLibrary("6.06", "PYTHON", CREATED, CREATED)
    (member,) = file.members
    assert (member.name, member.label, member.type) == ("ADSL", "Subject-Level Analysis Dataset", "")
    assert (member.created, member.modified) == (CREATED, CREATED)
    assert member.columns == (
        XptVariable("USUBJID", "char", 12, "Unique Subject Identifier", "$12.", "", 0),
        XptVariable("SEX", "char", 1, "Sex", "", "", 12),
        XptVariable("AGE", "num", 8, "Age", "8.2", "8.", 13),
        XptVariable("TRTSDT", "num", 4, "Date of First Exposure to Treatment", "DATE9.", "", 21),
    )
    pd.testing.assert_frame_equal(member.frame, subjects()[0])
    assert member.special == {}


def test_reader_imports_nothing_of_the_writer() -> None:
    folder = Path(studyspec.transport.xpt_read.__file__).parent
    readers = {"xpt_read", "xpt_scan", "xpt_decode"}
    imported = {
        node.module
        for reader in readers
        for node in ast.walk(ast.parse((folder / f"{reader}.py").read_text()))
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("studyspec")
    }
    assert imported == {f"studyspec.transport.{reader}" for reader in readers - {"xpt_read"}}


def test_every_changed_byte_of_the_headers_is_reported_at_its_field(sample: Path, tmp_path: Path) -> None:
    whole = sample.read_bytes()
    copy = tmp_path / "copy.xpt"
    # The low byte of the width of a format or informat: every value of it is a possible width.
    free = {NAMESTRS + 140 * number + at for number in range(4) for at in (65, 81)}
    for offset in sorted(set(range(DATA)) - free):
        data = bytearray(whole)
        data[offset] ^= 0x80
        error = refusal(copy, bytes(data))
        # A changed length of text is a possible length; the position of the next variable gives it away.
        field = offset + (140 + 84 - 5) if offset in (NAMESTRS + 5, NAMESTRS + 145) else offset
        assert field - 16 < error.offset <= field, f"byte {offset}: {error}"


def test_every_changed_byte_after_the_last_whole_record_is_reported(sample: Path, tmp_path: Path) -> None:
    end = len(sample.read_bytes())
    assert end == DATA + 80
    for offset in range(DATA + 3 * RECORD, end):
        assert refusal(tmp_path / "copy.xpt", patched(sample, offset, b"x")).offset == offset


def test_error_says_where_what_why_and_what_to_do(sample: Path) -> None:
    error = refusal(sample, patched(sample, 0, b"X"))
    assert str(error) == (
        "Byte 0: found b'X'. XPT version 5 demands b'H' in the LIBRARY header record. "
        "Ask the sender for the file again, copied in binary mode."
    )


def test_file_cut_anywhere_is_refused(sample: Path, tmp_path: Path) -> None:
    whole = sample.read_bytes()
    for size in [*range(0, DATA, 7), DATA - 1, DATA + 1, DATA + 79]:
        assert refusal(tmp_path / "copy.xpt", whole[:size]).offset <= size


def test_namestr_fields_have_their_limits(sample: Path) -> None:
    first = NAMESTRS
    for at, new, demand in [
        (0, b"\0\3", "1 to 2 as the type of variable 1"),
        (2, b"\0\1", "0 as the name hash of variable 1"),
        (4, b"\0\0", "1 to 200 as the length of variable 1"),
        (4, b"\0\xc9", "1 to 200 as the length of variable 1"),
        (6, b"\0\2", "1 as the number of variable 1"),
        (8, b"1SUBJID ", "a SAS name (letters, digits, _) as the name of variable 1"),
        (64, b"\xff\xff", "0 to 32767 as the width of the format of variable 1"),
        (68, b"\0\2", "0 to 1 as the justification of the format of variable 1"),
        (84, b"\0\0\0\1", "0 as the position of variable 1"),
        (139, b"\1", "b'\\x00' in the unused end of the description of variable 1"),
        (140 + 8, b"USUBJID ", "a name for variable 2 that no other variable has"),
    ]:
        original = sample.read_bytes()
        assert refusal(sample, patched(sample, first + at, new)).demand == demand
        sample.write_bytes(original)


def test_length_that_does_not_fit_the_next_position_is_refused(sample: Path) -> None:
    error = refusal(sample, patched(sample, NAMESTRS + 4, b"\0\x0d"))
    assert error.demand == "13 as the position of variable 2"


def test_vax_descriptions_of_136_bytes_are_refused(sample: Path) -> None:
    assert refusal(sample, patched(sample, 3 * 80 + 74, b"0136")).offset == 3 * 80 + 76


def test_date_that_does_not_exist_is_refused(sample: Path) -> None:
    error = refusal(sample, patched(sample, 80 + 64, b"31FEB24"))
    assert error.demand.startswith("a date and time that exist")


@pytest.mark.parametrize(("digits", "year"), [(b"60", 1960), (b"99", 1999), (b"00", 2000), (b"59", 2059)])
def test_two_digit_years_are_1960_to_2059(sample: Path, digits: bytes, year: int) -> None:
    sample.write_bytes(patched(sample, 80 + 64, b"01JAN" + digits))
    assert read_xpt(sample).library.created == datetime(year, 1, 1, 13, 45, 59)


@pytest.mark.parametrize("field", ["80" + "00" * 7, "2F" + "00" * 7, "C1" + "00" * 7, "4101" + "00" * 6])
def test_bytes_that_are_no_number_are_refused(tmp_path: Path, field: str) -> None:
    path = tmp_path / "a.xpt"
    write_xpt(path, pd.DataFrame({"VSSTRESN": number(1.0, 2.0)}), one_number(), created=CREATED)
    start = len(path.read_bytes()) - 80
    error = refusal(path, patched(path, start + 8, bytes.fromhex(field)))
    assert error.offset == start + 8
    assert error.demand == "a normalised IBM number, zero or a missing value in VSSTRESN, row 2"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("4110000000000000", 1.0),
        ("C276A00000000000", -118.625),
        ("0010000000000000", 2.0**-260),
        ("7FFFFFFFFFFFFFF8", 2.0**252 - 2.0**199),
        ("413243F6A8885A30", 3.141592653589793),
        ("4110000000000001", 1.0000000000000002),
        ("4180000000000005", 8.000000000000002),
    ],
)
def test_known_ibm_numbers_have_their_value(tmp_path: Path, field: str, value: float) -> None:
    path = tmp_path / "a.xpt"
    write_xpt(path, pd.DataFrame({"VSSTRESN": number(1.0)}), one_number(), created=CREATED)
    path.write_bytes(patched(path, len(path.read_bytes()) - 80, bytes.fromhex(field)))
    assert read_xpt(path).members[0].frame["VSSTRESN"].tolist() == [value]


def test_byte_that_is_not_ascii_is_refused_unless_the_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.xpt"
    frame = pd.DataFrame({"AETERM": text("x", "fièvre", "x")})
    write_xpt(path, frame, one_text(), created=CREATED, encoding="utf-8")
    error = refusal(path, path.read_bytes())
    assert error.offset == len(path.read_bytes()) - 80 + 12
    assert error.demand == "ascii text without NUL in AETERM, row 2"
    pd.testing.assert_frame_equal(read_xpt(path, encoding="utf-8").members[0].frame, frame)


def test_byte_that_is_not_in_the_named_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xpt"
    frame = pd.DataFrame({"AETERM": text("x", "fièvre")})
    write_xpt(path, frame, one_text(), created=CREATED, encoding="latin-1")
    error = refusal(path, path.read_bytes(), encoding="utf-8")
    assert error.offset == len(path.read_bytes()) - 80 + 12


def test_nul_in_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xpt"
    write_xpt(path, pd.DataFrame({"AETERM": text("RASH")}), one_text(), created=CREATED)
    start = len(path.read_bytes()) - 80
    assert refusal(path, patched(path, start + 9, b"\0")).offset == start + 9


def test_several_members_are_read(sample: Path, tmp_path: Path) -> None:
    second = tmp_path / "ae.xpt"
    write_xpt(second, pd.DataFrame({"AETERM": text("RASH", "NAUSEA")}), one_text(), created=CREATED)
    third = tmp_path / "vs.xpt"
    write_xpt(third, pd.DataFrame({"VSSTRESN": number()}), one_number(), created=CREATED)
    library = 3 * 80
    joined = tmp_path / "all.xpt"
    joined.write_bytes(sample.read_bytes() + third.read_bytes()[library:] + second.read_bytes()[library:])
    members = read_xpt(joined).members
    assert [(member.name, len(member.frame)) for member in members] == [("ADSL", 2), ("VS", 0), ("AE", 2)]
    assert members[2].frame["AETERM"].tolist() == ["RASH", "NAUSEA"]


def test_damaged_header_of_a_second_member_does_not_become_rows(tmp_path: Path) -> None:
    path = tmp_path / "ae.xpt"
    write_xpt(path, pd.DataFrame({"AETERM": text("A" * 80)}), one_text(80), created=CREATED)
    one = path.read_bytes()
    path.write_bytes(one + one[3 * 80 :])
    for offset in range(len(one), len(one) + 80):
        data = bytearray(path.read_bytes())
        data[offset] ^= 0x01
        assert refusal(tmp_path / "copy.xpt", bytes(data)).offset in (offset, len(one) + 80 + 20)


def test_file_without_members_is_refused(sample: Path) -> None:
    assert refusal(sample, sample.read_bytes()[: 3 * 80]).offset == 3 * 80


def test_blank_rows_that_fit_the_last_block_are_padding(tmp_path: Path) -> None:
    path = tmp_path / "a.xpt"
    write_xpt(path, pd.DataFrame({"AETERM": text(*["RASH"] * 7)}), one_text(8), created=CREATED)
    for blank, rows in [(0, 7), (1, 6), (2, 5)]:
        path.write_bytes(patched(path, len(path.read_bytes()) - 80 + (7 - blank) * 8, b" " * 8 * blank))
        assert len(read_xpt(path).members[0].frame) == rows


def test_blank_rows_beyond_the_last_block_are_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.xpt"
    write_xpt(path, pd.DataFrame({"AETERM": text("RASH", "", "", "")}), one_text(80), created=CREATED)
    assert read_xpt(path).members[0].frame["AETERM"].tolist() == ["RASH", "", "", ""]


def test_block_of_padding_too_many_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xpt"
    write_xpt(path, pd.DataFrame({"AETERM": text("RASH")}), one_text(200), created=CREATED)
    size = len(path.read_bytes())
    error = refusal(path, path.read_bytes() + b" " * 80)
    assert error.offset == size - 40
    assert error.found == "120 blanks"


def test_member_header_within_text_is_data_unless_it_stands_at_a_block(tmp_path: Path) -> None:
    value = "x HEADER RECORD*******MEMBER  HEADER RECORD!!!!!!!"
    path = tmp_path / "a.xpt"
    write_xpt(path, pd.DataFrame({"AETERM": text(value)}), one_text(60), created=CREATED)
    assert read_xpt(path).members[0].frame["AETERM"].tolist() == [value]


def test_mixed_case_names_of_other_writers_are_read(sample: Path) -> None:
    sample.write_bytes(patched(sample, NAMESTRS + 8, b"UsubjId "))
    assert read_xpt(sample).members[0].columns[0].name == "UsubjId"


def test_two_byte_numbers_of_z_os_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.xpt"
    dataset = XptDataset("X", "", (XptColumn("N", "num", 3), XptColumn("C", "char", 1)))
    write_xpt(path, pd.DataFrame({"N": number(16.0), "C": text("Y")}), dataset, created=CREATED)
    second = NAMESTRS + 140
    path.write_bytes(patched(path, NAMESTRS + 4, b"\0\2"))
    path.write_bytes(patched(path, second + 4, b"\0\1"))
    path.write_bytes(patched(path, second + 84, b"\0\0\0\2"))
    path.write_bytes(patched(path, len(path.read_bytes()) - 80, b"\x42\x10Y "))
    assert read_xpt(path).members[0].frame.to_dict("list") == {"N": [16.0], "C": ["Y"]}
