"""Reading raw files: every value stays text as exported; what differs from the manifest is an error."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyspec.raw.read import read_extract
from studyspec.raw.read_csv import read_csv


def extract(folder: Path, files: dict[str, bytes], **changes: object) -> Path:
    entries = [
        {
            "form": Path(name).stem,
            "file": name,
            "encoding": "utf-8",
            "rows": max(0, content.count(b"\n") - 1),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        | changes
        for name, content in files.items()
    ]
    for name, content in files.items():
        (folder / name).write_bytes(content)
    manifest = {
        "study": "S1",
        "SYNTHETIC": "Y",
        "extract_date": "2022-03-01",
        "data_cutoff": "2022-02-22",
        "files": entries,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def codes(folder: Path) -> list[str]:
    return [finding.code for finding in read_extract(folder)[1]]


AE = b"SUBJ,TERM\n1,NA\n2, None \n"


def test_values_stay_text_as_exported(tmp_path: Path) -> None:
    found, findings = read_extract(extract(tmp_path, {"ae.csv": AE}))
    assert findings == []
    assert found is not None
    assert found.forms["ae"].to_dict("list") == {"SUBJ": ["1", "2"], "TERM": ["NA", " None "]}
    assert (found.manifest.study, found.manifest.synthetic, found.manifest.cutoff) == ("S1", True, "2022-02-22")


@pytest.mark.parametrize(
    ("content", "encoding", "expected"),
    [
        ("A,B\nTürkçe ıİşğ,é\n".encode("cp1254", "replace"), "cp1254", ["Türkçe ıİşğ", "?"]),
        ("\ufeffA,B\nx,y\n".encode(), "utf-8", ["x", "y"]),
        ("A,B\nx,y\n".encode("utf-8-sig"), "utf-8-sig", ["x", "y"]),
        (b"A,B\r\nx,y\r\n", "utf-8", ["x", "y"]),
        (b'A,B\n"line one\nline two","say ""hi"""\n', "utf-8", ["line one\nline two", 'say "hi"']),
        (b"A,B\n,\n", "utf-8", ["", ""]),
    ],
)
def test_encodings_marks_line_ends_and_quotes(content: bytes, encoding: str, expected: list[str]) -> None:
    frame = read_csv(content, encoding)
    assert list(frame.columns) == ["A", "B"]
    assert (frame.iloc[0].tolist() == expected) or expected[1] == "?"


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "empty"),
        (b"A,B\n1\n", "data row 1 has 1 values, the header has 2"),
        (b"A,B\n1,2,3\n", "data row 1 has 3 values"),
        (b'A,B\n"1,2\n', "quoting"),
        (b"A,A\n1,2\n", "same name"),
    ],
)
def test_lines_that_do_not_fit_the_header_are_refused(content: bytes, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        read_csv(content, "utf-8")


def test_a_long_file_is_read_in_blocks_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studyspec.raw.read_csv.BLOCK", 3)
    content = b"A,B\n" + b"".join(b"%d,x\n" % number for number in range(1, 9))
    frame = read_csv(content, "utf-8")
    assert frame["A"].tolist() == [str(number) for number in range(1, 9)]
    assert frame.index.equals(pd.RangeIndex(8))
    with pytest.raises(ValueError, match="data row 9 has 1 values"):
        read_csv(content + b"9\n", "utf-8")


def test_bytes_of_another_encoding_are_an_error_with_the_file_named(tmp_path: Path) -> None:
    folder = extract(tmp_path, {"ae.csv": "A,B\n1,é\n".encode("latin-1")})
    (finding,) = read_extract(folder)[1]
    assert (finding.code, finding.form) == ("RAW-014", "ae")
    assert "ae.csv" in finding.what


def test_a_changed_file_is_an_error(tmp_path: Path) -> None:
    folder = extract(tmp_path, {"ae.csv": AE})
    (folder / "ae.csv").write_bytes(AE.replace(b"NA", b"NB"))
    assert codes(folder) == ["RAW-012"]


def test_another_number_of_records_than_the_manifest_says_is_an_error(tmp_path: Path) -> None:
    assert codes(extract(tmp_path, {"ae.csv": AE}, rows=3)) == ["RAW-013"]


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    folder = extract(tmp_path, {"ae.csv": AE})
    (folder / "ae.csv").unlink()
    assert codes(folder) == ["RAW-010"]


def test_a_file_that_the_manifest_does_not_list_is_an_error(tmp_path: Path) -> None:
    folder = extract(tmp_path, {"ae.csv": AE})
    (folder / "late.csv").write_text("A\n")
    assert codes(folder) == ["RAW-011"]


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_values_may_be_parted_by_another_delimiter(tmp_path: Path, delimiter: str) -> None:
    content = AE.replace(b",", delimiter.encode()).replace(b"NA", b"1,5")
    found, findings = read_extract(extract(tmp_path, {"ae.csv": content}, delimiter=delimiter))
    assert findings == []
    assert found is not None
    assert found.forms["ae"]["TERM"].tolist() == ["1,5", " None "]


@pytest.mark.parametrize("delimiter", ["", ";;", '"', "\n"])
def test_a_delimiter_is_one_character(tmp_path: Path, delimiter: str) -> None:
    assert codes(extract(tmp_path, {"ae.csv": AE}, delimiter=delimiter)) == ["RAW-001"]


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"files": 3}', "\x00"])
def test_an_unusable_manifest_is_one_finding(tmp_path: Path, content: str) -> None:
    (tmp_path / "manifest.json").write_text(content)
    assert codes(tmp_path) == ["RAW-001"]


@pytest.mark.parametrize("content", ["[1]", '{"files": [1]}', '{"files": {"a": 1}}'])
def test_a_manifest_of_another_shape_is_said_to_be_one(tmp_path: Path, content: str) -> None:
    (tmp_path / "manifest.json").write_text(content)
    (finding,) = read_extract(tmp_path)[1]
    assert "not laid out as a manifest" in finding.what


def test_a_manifest_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    folder = extract(tmp_path, {"ae.csv": AE})
    content = (folder / "manifest.json").read_bytes()
    (folder / "manifest.json").write_bytes(b"\xef\xbb\xbf" + content)
    assert codes(folder) == []


@pytest.mark.parametrize(
    ("files", "changes", "complaint"),
    [
        ({"ae.csv": AE, "ae2.csv": AE}, {"form": "ae"}, "the form ae is listed more than once"),
        ({"ae.csv": AE, "ae2.csv": AE}, {"file": "ae.csv"}, "the file ae.csv is listed more than once"),
        ({"ae.csv": AE}, {"file": "../ae.csv"}, "the file ../ae.csv is not directly in the folder"),
        ({"ae.csv": AE}, {"file": "sub\\ae.csv"}, "is not directly in the folder"),
    ],
)
def test_entries_that_hide_each_other_or_lead_elsewhere_are_refused(
    tmp_path: Path, files: dict[str, bytes], changes: dict[str, object], complaint: str
) -> None:
    """Two files of one form: the records of the first would be gone without a word."""
    found, findings = read_extract(extract(tmp_path, files, **changes))
    assert found is None
    assert [finding.code for finding in findings] == ["RAW-001"]
    assert complaint in findings[0].what


def test_no_manifest_is_one_finding(tmp_path: Path) -> None:
    assert codes(tmp_path) == ["RAW-001"]


values = st.text(st.characters(codec="utf-8", exclude_characters="\ufeff\x00"), max_size=20)


@given(st.lists(st.tuples(values, values, values), max_size=8))
def test_what_a_csv_writer_writes_is_read_back_to_the_letter(rows: list[tuple[str, str, str]]) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(("A", "B", "C"))
    writer.writerows(rows)
    frame = read_csv(text.getvalue().encode(), "utf-8")
    assert [tuple(row) for row in frame.itertuples(index=False)] == rows
