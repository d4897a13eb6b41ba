"""The files of an extract: same bytes, honest manifest, encodings, no truth in them, bounded memory."""

from __future__ import annotations

import csv
import gc
import hashlib
import tracemalloc
import weakref
from pathlib import Path
from typing import Any

import pytest
from tests.simulate.extract import ROOT, extract, read

from studyspec.simulate import make_block, simulate
from studyspec.simulate.draw import Draw
from studyspec.simulate.forms import FORMS, TRUTH
from studyspec.simulate.world import Subject


def test_the_committed_extract_is_the_exact_output_of_the_defaults(tmp_path: Path) -> None:
    simulate(tmp_path)
    made = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*.*")}
    committed = {path.relative_to(ROOT / "raw"): path.read_bytes() for path in (ROOT / "raw").rglob("*.*")}
    assert made.keys() == committed.keys()
    assert [name for name, data in made.items() if committed[name] != data] == []


def test_another_seed_gives_another_extract_of_the_same_size() -> None:
    assert extract(1).truth["events"] != extract(2).truth["events"]
    assert len(extract(1).truth["subjects"]) == len(extract(2).truth["subjects"])


def test_a_block_does_not_depend_on_the_blocks_after_it() -> None:
    assert extract(5, 280).truth["subjects"][:112] == extract(5, 112).truth["subjects"]


def test_manifest_states_rows_and_checksum_of_every_file() -> None:
    found = extract()
    assert {entry["form"] for entry in found.manifest["files"]} == FORMS.keys()
    for entry in found.manifest["files"]:
        data = (found.folder / entry["file"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == entry["sha256"]
        assert len(found.forms[entry["form"]]) == entry["rows"]
        assert (b"\r\n" in data) == (entry["line_end"] == "CRLF")


def test_manifest_says_synthetic_and_how_it_was_made() -> None:
    manifest = extract().manifest
    assert manifest["SYNTHETIC"] == "Y"
    assert manifest["study"] == "IONASYN01"
    assert (manifest["seed"], manifest["subjects"]) == (20220222, 112)
    assert (manifest["extract_date"], manifest["data_cutoff"]) == ("2022-03-15", "2022-02-22")


def test_files_have_different_encodings_and_line_ends() -> None:
    entries = extract().manifest["files"]
    assert {entry["encoding"] for entry in entries} == {"utf-8", "utf-8-sig", "cp1254"}
    assert {entry["line_end"] for entry in entries} == {"LF", "CRLF"}
    assert (extract().folder / "demog.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with pytest.raises(UnicodeDecodeError):
        (extract().folder / "sites.csv").read_text(encoding="utf-8")


def test_no_committed_form_is_larger_than_900_kilobytes() -> None:
    assert max(path.stat().st_size for path in (ROOT / "raw").glob("*.csv")) < 900_000


def test_forms_hold_no_column_and_no_word_of_the_truth() -> None:
    collected = {"AETERM", "SEX", "RACE", "FORM", "COUNTRY", "PREVSUBJ", "CODE"}
    derived = {name for form in TRUTH.values() for name in form.columns} - collected
    found = extract()
    for form, rows in found.forms.items():
        assert derived & rows[0].keys() == set(), form
        values = {value for row in rows for value in row.values()}
        assert values & {"Isa-Pd", "Isa-Kd", "Isa-Other", "HIGH", "STANDARD", "M18", "targeted"} == set(), form


def test_row_numbers_in_the_truth_point_at_rows_of_that_subject() -> None:
    found = extract()
    moved = {(r["PREVSITE"], r["PREVSUBJ"]): (r["SITENO"], r["SUBJNO"]) for r in found.forms["enrol"]}
    for name in ("events", "exposure", "findings"):
        for row in found.truth[name]:
            raw = found.forms[row["FORM"]][int(row["ROW"]) - 1]
            number = (raw["SITENO"], raw["SUBJNO"])
            assert row["USUBJID"] == "-".join(("IONASYN01", *moved.get(number, number)))


def test_form_repeat_counts_the_rows_of_a_subject_number_in_a_form() -> None:
    for form, rows in extract().forms.items():
        if "FORMREPEAT" not in rows[0]:
            continue
        seen: dict[tuple[str, str], int] = {}
        for row in rows:
            key = (row["SITENO"], row["SUBJNO"])
            seen[key] = seen.get(key, 0) + 1
            assert row["FORMREPEAT"] == str(seen[key]), form


def test_nothing_is_entered_before_enrolment_or_after_the_extract() -> None:
    for form, rows in extract().forms.items():
        for row in rows:
            if row.get("ENTRYDT") and form != "sites":
                assert "2020-08-13" <= row["ENTRYDT"] <= row["LASTMODDT"] <= "2022-03-15"


def test_values_hold_newlines_quotes_tabs_and_the_text_na() -> None:
    forms = extract().forms
    comments = "".join(row["COMMENT"] for row in forms["cytogen"])
    terms = "".join(row["AETERM"] for row in forms["ae"])
    assert '"' in comments
    assert "\n" in comments
    assert "\u00a0" in terms
    assert "\t" in terms
    assert "NA" in {row["IE05"] for row in forms["enrol"]}


def test_subjects_of_a_block_are_let_go_when_the_next_block_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alive: list[weakref.ref[Subject]] = []
    counts = []

    def watched(draw: Draw, block: int, size: int) -> list[Subject]:
        people = make_block(draw, block, size)
        alive.extend(weakref.ref(subject) for subject in people)
        return people

    def counted(*arguments: Any) -> None:
        gc.collect()
        counts.append(sum(reference() is not None for reference in alive))

    monkeypatch.setattr("studyspec.simulate.make_block", watched)
    monkeypatch.setattr("studyspec.simulate._write_block", counted)
    simulate(tmp_path, subjects=336)
    assert counts == [112, 112, 112]


@pytest.mark.slow
def test_memory_does_not_grow_with_the_number_of_subjects(tmp_path: Path) -> None:
    peaks = []
    for subjects in (224, 1120):
        tracemalloc.start()
        simulate(tmp_path, subjects=subjects, seed=3)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.15 * peaks[0]


def test_subject_numbers_stay_unique_over_blocks() -> None:
    ids = [row["USUBJID"] for row in extract(5, 280).truth["subjects"]]
    assert len(set(ids)) == 280


@pytest.mark.parametrize("subjects", [1, 2, 5, 10, 28, 60])
def test_any_number_of_subjects_can_be_made(tmp_path: Path, subjects: int) -> None:
    simulate(tmp_path, subjects=subjects, seed=9)
    found = read(tmp_path)
    assert len(found.truth["subjects"]) == subjects
    with (tmp_path / "ae.csv").open(encoding="utf-8", newline="") as lines:
        assert next(csv.reader(lines)) == list(FORMS["ae"].header())


def test_no_subjects_is_refused_with_a_reason(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        simulate(tmp_path, subjects=0)
