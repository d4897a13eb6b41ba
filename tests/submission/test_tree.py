"""The checker of a package: each fault planted in a package without fault is found at its path."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.submission.sample_package import ADAM_PLACE, PROGRAMS, SDTM_PLACE, write_sample

from studyspec.findings import RULES
from studyspec.submission.contents import Contents
from studyspec.submission.tree import StudyTree, file_stem
from studyspec.submission.verify import check_contents, verify_package


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sample(tmp_path_factory.mktemp("sample"))[0]


def planted(sample: Path, folder: Path, plant: Callable[[Path], object]) -> set[tuple[str, str]]:
    """What is found in a copy of the sample in which `plant` has been: codes with paths."""
    copy = folder / "m5"
    shutil.copytree(sample, copy)
    plant(copy)
    return {(item.code, item.cell) for item in check_contents(Contents(copy))}


def test_package_without_fault_is_accepted(sample: Path) -> None:
    assert verify_package(sample, sample.parent) == []


def write(name: str, content: bytes = b"x") -> Callable[[Path], object]:
    def plant(folder: Path) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)

    return plant


def remove(name: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).unlink()


def rename(name: str, to: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).rename(folder / to)


def edit(name: str, *changes: bytes) -> Callable[[Path], object]:
    """Texts in turn with those that take their place."""

    def plant(folder: Path) -> None:
        content = (folder / name).read_bytes()
        for old, new in zip(changes[::2], changes[1::2], strict=True):
            assert old in content
            content = content.replace(old, new)
        (folder / name).write_bytes(content)

    return plant


LONG = "t" * 61 + ".pdf"
DEEP = "datasets/" + "a" * 60 + "/tabulations/" + "b" * 55 + "/sdtm/c.pdf"  # with m5/
FAULTS = {
    "capital letter": (write(f"{SDTM_PLACE}/Notes.pdf"), "PKG-001", f"{SDTM_PLACE}/Notes.pdf"),
    "blank": (write(f"{SDTM_PLACE}/my notes.pdf"), "PKG-001", f"{SDTM_PLACE}/my notes.pdf"),
    "underscore": (write(f"{PROGRAMS}/t_1.txt"), "PKG-001", f"{PROGRAMS}/t_1.txt"),
    "two dots": (write(f"{SDTM_PLACE}/notes.v2.pdf"), "PKG-001", f"{SDTM_PLACE}/notes.v2.pdf"),
    "no suffix": (write(f"{PROGRAMS}/readme"), "PKG-001", f"{PROGRAMS}/readme"),
    "dataset of nine letters": (write(f"{SDTM_PLACE}/suppqsmmx.xpt"), "PKG-001", f"{SDTM_PLACE}/suppqsmmx.xpt"),
    "name of 65 letters": (write(f"{SDTM_PLACE}/{LONG}"), "PKG-002", f"{SDTM_PLACE}/{LONG}"),
    "path of 151 letters": (write(DEEP), "PKG-002", DEEP),
    "unknown folder": (write("datasets/test-01/misc/x.pdf"), "PKG-003", "datasets/test-01/misc/x.pdf"),
    "file above the tree": (write("readme.txt"), "PKG-003", "readme.txt"),
    "kind of file": (write(f"{PROGRAMS}/adsl.py"), "PKG-003", f"{PROGRAMS}/adsl.py"),
    "part that nobody wrote": (write(f"{SDTM_PLACE}/split/lb1.xpt"), "PKG-003", f"{SDTM_PLACE}/split/lb1.xpt"),
    "empty file": (write(f"{SDTM_PLACE}/acrf.pdf", b""), "PKG-004", f"{SDTM_PLACE}/acrf.pdf"),
    "program not in ASCII": (write(f"{PROGRAMS}/adsl.txt", b"a\nb\xc3\xa4\n"), "PKG-005", f"{PROGRAMS}/adsl.txt"),
    "no DM": (remove(f"{SDTM_PLACE}/dm.xpt"), "PKG-011", f"{SDTM_PLACE}/dm.xpt"),
    "no TS": (remove(f"{SDTM_PLACE}/ts.xpt"), "PKG-011", f"{SDTM_PLACE}/ts.xpt"),
    "no ADSL": (remove(f"{ADAM_PLACE}/adsl.xpt"), "PKG-011", f"{ADAM_PLACE}/adsl.xpt"),
    "no SDTM define": (remove(f"{SDTM_PLACE}/define.xml"), "PKG-011", f"{SDTM_PLACE}/define.xml"),
    "no ADaM define": (remove(f"{ADAM_PLACE}/define.xml"), "PKG-011", f"{ADAM_PLACE}/define.xml"),
    "no stylesheet": (remove(f"{ADAM_PLACE}/define2-1.xsl"), "PKG-011", f"{ADAM_PLACE}/define2-1.xsl"),
    "no cSDRG": (remove(f"{SDTM_PLACE}/csdrg.pdf"), "PKG-011", f"{SDTM_PLACE}/csdrg.pdf"),
    "no ADRG": (remove(f"{ADAM_PLACE}/adrg.pdf"), "PKG-011", f"{ADAM_PLACE}/adrg.pdf"),
    "no annotated CRF": (remove(f"{SDTM_PLACE}/acrf.pdf"), "PKG-012", f"{SDTM_PLACE}/acrf.pdf"),
    "link to no document": (remove(f"{SDTM_PLACE}/acrf.pdf"), "PKG-013", f"{SDTM_PLACE}/define.xml"),
    "link to no dataset": (remove(f"{SDTM_PLACE}/lb.xpt"), "PKG-013", f"{SDTM_PLACE}/define.xml"),
    "link to another stylesheet": (
        edit(f"{SDTM_PLACE}/define.xml", b"define2-1.xsl", b"define2-0.xsl"),
        "PKG-013",
        f"{SDTM_PLACE}/define.xml",
    ),
    "dataset not in define": (write(f"{SDTM_PLACE}/ae.xpt"), "PKG-014", f"{SDTM_PLACE}/ae.xpt"),
    "JSON of no dataset": (write(f"{SDTM_PLACE}/ae.json"), "PKG-014", f"{SDTM_PLACE}/ae.json"),
    "no JSON": (remove(f"{SDTM_PLACE}/lb.json"), "PKG-015", f"{SDTM_PLACE}/lb.json"),
    "no NDJSON": (remove(f"{SDTM_PLACE}/lb.ndjson"), "PKG-015", f"{SDTM_PLACE}/lb.ndjson"),
    "no program": (remove(f"{PROGRAMS}/adsl.txt"), "PKG-016", f"{PROGRAMS}/adsl.txt"),
    "no SDTM program": (remove(f"{PROGRAMS}/sdtm-lb.txt"), "PKG-016", f"{PROGRAMS}/sdtm-lb.txt"),
    "define that is no XML": (write(f"{SDTM_PLACE}/define.xml", b"<a>"), "PKG-017", f"{SDTM_PLACE}/define.xml"),
    "document without link": (write(f"{ADAM_PLACE}/memo.pdf"), "PKG-018", f"{ADAM_PLACE}/memo.pdf"),
    "damaged dataset": (write(f"{SDTM_PLACE}/lb.xpt", b"x" * 800), "PKG-021", f"{SDTM_PLACE}/lb.xpt"),
    "damaged JSON": (write(f"{SDTM_PLACE}/lb.json", b"{"), "PKG-021", f"{SDTM_PLACE}/lb.json"),
    "file of another dataset": (
        lambda folder: shutil.copy(folder / SDTM_PLACE / "dm.xpt", folder / SDTM_PLACE / "lb.xpt"),
        "PKG-022",
        f"{SDTM_PLACE}/lb.xpt",
    ),
    "JSON of another dataset": (
        lambda folder: shutil.copy(folder / SDTM_PLACE / "dm.json", folder / SDTM_PLACE / "lb.json"),
        "PKG-023",
        f"{SDTM_PLACE}/lb.json",
    ),
    "record missing in NDJSON": (
        edit(f"{SDTM_PLACE}/lb.ndjson", b'["TEST_01","S-003",7,7,""]\n', b"", b'"records": 120', b'"records": 119'),
        "PKG-023",
        f"{SDTM_PLACE}/lb.ndjson",
    ),
    "wrong number of records": (
        edit(f"{SDTM_PLACE}/lb.json", b'"records": 120', b'"records": 121'),
        "PKG-021",
        f"{SDTM_PLACE}/lb.json",
    ),
    "variable missing in JSON": (
        edit(f"{SDTM_PLACE}/lb.json", b'"name": "LBDTC"', b'"name": "LBDY"'),
        "PKG-023",
        f"{SDTM_PLACE}/lb.json",
    ),
    "OID of no variable": (
        edit(f"{SDTM_PLACE}/lb.ndjson", b"IT.LB.LBDTC", b"IT.LB.OTHER"),
        "PKG-023",
        f"{SDTM_PLACE}/lb.ndjson",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_planted_fault_is_found_at_its_path(fault: str, sample: Path, tmp_path: Path) -> None:
    plant, code, path = FAULTS[fault]
    assert (code, path) in planted(sample, tmp_path, plant)


def test_only_the_fault_is_told(sample: Path, tmp_path: Path) -> None:
    assert planted(sample, tmp_path, remove(f"{SDTM_PLACE}/csdrg.pdf")) == {("PKG-011", f"{SDTM_PLACE}/csdrg.pdf")}


def test_empty_folder_is_no_package(tmp_path: Path) -> None:
    assert [item.code for item in check_contents(Contents(tmp_path))] == ["PKG-011"]


def test_sdtm_alone_is_a_package_without_analysis(sample: Path, tmp_path: Path) -> None:
    def plant(folder: Path) -> None:
        shutil.rmtree(folder / "datasets/test-01/analysis/adam/datasets")

    assert planted(sample, tmp_path, plant) == set()


def test_analysis_alone_lacks_what_sdtm_must_have(sample: Path, tmp_path: Path) -> None:
    found = planted(sample, tmp_path, lambda folder: shutil.rmtree(folder / SDTM_PLACE))
    assert ("PKG-011", f"{SDTM_PLACE}/ts.xpt") in found


def test_transport_file_over_the_limit_needs_parts(sample: Path) -> None:
    found = check_contents(Contents(sample), largest=4000)
    assert {item.cell for item in found if item.code == "PKG-024"} >= {f"{SDTM_PLACE}/lb.xpt"}


MANIFEST_FAULTS: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "changed": (edit(f"{PROGRAMS}/adsl.txt", b"ADSL", b"ADSX"), "PKG-032", f"{PROGRAMS}/adsl.txt"),
    "longer": (edit(f"{PROGRAMS}/adsl.txt", b"ADSL", b"ADSL."), "PKG-032", f"{PROGRAMS}/adsl.txt"),
    "gone": (remove(f"{PROGRAMS}/sdtm-dm.txt"), "PKG-032", f"{PROGRAMS}/sdtm-dm.txt"),
    "added": (write(f"{PROGRAMS}/more.txt"), "PKG-032", f"{PROGRAMS}/more.txt"),
    "other build": (write("../manifest.json", b"{}"), "PKG-033", "m5-manifest.json"),
    "no build": (remove("../manifest.json"), "PKG-033", "m5-manifest.json"),
    "no manifest": (remove("../m5-manifest.json"), "PKG-031", "m5-manifest.json"),
    "manifest that is no JSON": (write("../m5-manifest.json", b"{"), "PKG-031", "m5-manifest.json"),
    "manifest of something else": (write("../m5-manifest.json", b"[]"), "PKG-031", "m5-manifest.json"),
}


@pytest.mark.parametrize("fault", MANIFEST_FAULTS)
def test_package_that_is_not_as_it_was_written_is_refused(fault: str, sample: Path, tmp_path: Path) -> None:
    plant, code, path = MANIFEST_FAULTS[fault]
    build = tmp_path / "build"
    shutil.copytree(sample.parent, build)
    plant(build / "m5")
    found = verify_package(build / "m5", build)
    assert (code, path) in {(item.code, item.cell) for item in found}


def test_package_written_with_open_errors_is_not_complete(sample: Path, tmp_path: Path) -> None:
    build = tmp_path / "build"
    shutil.copytree(sample.parent, build)
    path = build / "m5-manifest.json"
    content = json.loads(path.read_text(encoding="utf-8")) | {"complete": False, "faults": ["DEF-025 x: y"]}
    path.write_text(json.dumps(content), encoding="utf-8")
    assert [(item.code, item.what) for item in verify_package(build / "m5", build)] == [("PKG-034", "DEF-025 x: y")]


def test_every_rule_of_packages_has_its_fault() -> None:
    tested = {code for _, code, _ in (*FAULTS.values(), *MANIFEST_FAULTS.values())}
    elsewhere = {"PKG-024", "PKG-025", "PKG-034"}  # of their own tests, here and in test_split.py
    assert {code for code in RULES if code.startswith("PKG-")} == tested | elsewhere


@given(st.text())
def test_stem_of_any_name_is_allowed_in_ectd(name: str) -> None:
    stem = file_stem(name)
    assert set(stem) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert stem == stem.strip("-")


def test_folders_are_those_of_the_guide() -> None:
    tree = StudyTree("s")
    assert tree.datasets("SDTM") == "datasets/s/tabulations/sdtm"
    assert tree.datasets("ADaM") == "datasets/s/analysis/adam/datasets"
    assert tree.programs == "datasets/s/analysis/adam/programs"
