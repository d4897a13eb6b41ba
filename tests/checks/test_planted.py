"""The reference study as built, and a copy of it with violations in datasets, define.xml and spec: all are found."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest
from tests.checks.planted import VALUES, Plant
from tests.study.reference import study

from studyspec.checks.conformance import Conformance, ConformanceFinding, check_package
from studyspec.checks.package import Package
from studyspec.checks.study import conformance, specs_of
from studyspec.spec.model import Codelist, Spec
from studyspec.study import Study
from studyspec.transport.columns import XptColumn, XptDataset
from studyspec.transport.xpt_read import XptMember, read_xpt
from studyspec.transport.xpt_write import write_xpt

WHEN = datetime(2022, 3, 15)
Place = tuple[str, str, int]  # rule, dataset, record (0: the dataset or a variable)


def test_the_built_study_has_no_error_that_is_not_explained(result: Conformance) -> None:
    assert result.open_errors == []
    assert [str(item) for item in result.problems if item.code.startswith("CHECK")] == []


def test_every_warning_of_the_built_study_is_explained(result: Conformance) -> None:
    open_ = [item for item in result.findings if item.severity == "warning" and not item.explanation]
    assert {(item.rule, item.dataset) for item in open_} == set()


@dataclass
class Copy:
    """A copy of the study with violations, where each was planted, and what is found in it."""

    places: dict[str, Place]
    result: Conformance

    @property
    def found(self) -> set[Place]:
        return {place_of(item) for item in self.result.findings}


def place_of(item: ConformanceFinding) -> Place:
    return item.rule, item.dataset, item.record


@pytest.fixture(scope="module")
def copy(out: Path, result: Conformance, tmp_path_factory: pytest.TempPathFactory) -> Copy:
    folder = tmp_path_factory.mktemp("planted") / "out"
    shutil.copytree(out, folder)
    before = {place_of(item) for item in result.findings}
    members = {path.stem.upper(): read_xpt(path).members[0] for path in folder.glob("*/*.xpt")}
    places = plant_values(members, before) | plant_structure(members)
    for name, member in members.items():
        write(folder / ("adam" if name.startswith("AD") else "sdtm") / f"{name.lower()}.xpt", member)
    (folder / "sdtm" / "gf.xpt").rename(folder / "sdtm" / "genomics.xpt")
    places["file name"] = ("TRC-1735", "GF", 0)
    places |= plant_define(folder, members)
    changed, more = plant_spec(study(), members)
    return Copy(places | more, conformance(changed, folder))


def plant_values(members: dict[str, XptMember], before: set[Place]) -> dict[str, Place]:
    """Put each of VALUES into a record of its own."""
    taken: set[tuple[str, int]] = set()
    places = {}
    for plant in VALUES:
        frame = members[plant.dataset].frame
        if "AESEV" in plant.values and "AESEV" not in frame:
            frame["AESEV"] = pd.Series("", index=frame.index, dtype="str")
        fits = pd.Series(True, index=frame.index)
        for name, wanted in plant.where.items():
            fits &= wanted(frame[name]) if callable(wanted) else frame[name] == wanted
        record = next(
            place + 1
            for place in fits[fits].index
            if (plant.dataset, place + 1) not in taken and (plant.rule, plant.dataset, place + 1) not in before
        )
        taken.add((plant.dataset, record))
        for name, value in plant.values.items():
            frame.loc[record - 1, name] = float("nan") if value is None else value
        places[name_of(plant)] = (plant.rule, plant.dataset, record)
    return places


def name_of(plant: Plant) -> str:
    return f"{plant.rule} {plant.dataset} {' '.join(plant.values)}"


def plant_structure(members: dict[str, XptMember]) -> dict[str, Place]:
    """Violations of variables: missing, foreign, in the wrong place, of the wrong type, wrongly labelled."""
    members["CM"] = replace(members["CM"], frame=members["CM"].frame.drop(columns="CMTRT"))
    ds = members["DS"].frame
    members["DS"] = replace(members["DS"], frame=ds.assign(DSCOLOUR=pd.Series("red", index=ds.index, dtype="str")))
    rs = members["RS"].frame
    members["RS"] = replace(members["RS"], frame=rs[["RSSEQ", *(name for name in rs if name != "RSSEQ")]])
    mh = members["MH"].frame
    numbers = pd.Series([f"No {number:.0f}" for number in mh["MHSEQ"]], dtype="str")
    members["MH"] = replace(members["MH"], frame=mh.assign(MHSEQ=numbers))
    columns = tuple(
        replace(column, label="Term") if column.name == "AETERM" else column for column in members["AE"].columns
    )
    members["AE"] = replace(members["AE"], columns=columns, label="Events")
    return {
        "variable missing": ("SD-101", "CM", 0),
        "variable of define.xml missing": ("DD-104", "CM", 0),
        "variable foreign": ("SD-104", "DS", 0),
        "variable not in define.xml": ("DD-103", "DS", 0),
        "order of variables": ("SD-105", "RS", 0),
        "type of a variable": ("SD-106", "MH", 0),
        "type in define.xml": ("DD-106", "MH", 0),
        "label of a variable": ("SD-110", "AE", 0),
        "label of a dataset": ("SD-111", "AE", 0),
    }


def write(path: Path, member: XptMember) -> None:
    """The transport file of a changed dataset: text as long as its longest value."""
    known = {column.name: column for column in member.columns}
    columns = []
    for name in member.frame.columns:
        values = member.frame[name]
        if isinstance(values.dtype, pd.StringDtype):
            label = known[name].label if name in known else "Severity/Intensity"
            columns.append(XptColumn(name, "char", max(1, int(values.str.len().max())), label))
        else:
            columns.append(XptColumn(name, "num", 8, known[name].label, known[name].format))
    write_xpt(path, member.frame, XptDataset(member.name, member.label, tuple(columns)), created=WHEN)


def plant_define(folder: Path, members: dict[str, XptMember]) -> dict[str, Place]:
    """Violations in define.xml: a term, a length, a label and a dataset that the data do not have."""
    path = folder / "define" / "sdtm" / "define.xml"
    text = path.read_text(encoding="utf-8")
    for old, new in (
        ('Name="VS"', 'Name="VX"'),
        ('CodedValue="ORAL"', 'CodedValue="BY MOUTH"'),
        (">Age<", ">Age in Years<"),
    ):
        assert old in text, old
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    oral = int((members["EX"].frame["EXROUTE"] == "ORAL").to_numpy().nonzero()[0][0]) + 1
    return {
        "dataset not in define.xml": ("DD-101", "VS", 0),
        "dataset of define.xml missing": ("DD-102", "VX", 0),
        "term not in define.xml": ("DD-108", "EX", oral),
        "label in define.xml": ("DD-105", "DM", 0),
    }


def plant_spec(found: Study, members: dict[str, XptMember]) -> tuple[Study, dict[str, Place]]:
    """A term that is no longer called an extension, in the codelist of the subcategory of dispositions."""
    sdtm: Spec = found.sdtm
    own = sdtm.codelists["DSSCAT"]
    terms = tuple(replace(term, extended=term.extended and term.term != "DEATH") for term in own.terms)
    codelists: dict[str, Codelist] = {**sdtm.codelists, "DSSCAT": replace(own, terms=terms)}
    record = int((members["DS"].frame["DSSCAT"] == "DEATH").to_numpy().nonzero()[0][0]) + 1
    changed = replace(found, sdtm=replace(sdtm, codelists=codelists))
    return changed, {"extension taken back": ("CT-002", "DS", record)}


def test_sixty_violations_are_planted_and_more() -> None:
    assert len({name_of(plant) for plant in VALUES}) == len(VALUES) >= 60


def test_every_planted_violation_is_found_with_dataset_record_and_rule(copy: Copy, result: Conformance) -> None:
    before = {place_of(item) for item in result.findings}
    assert {name: place for name, place in copy.places.items() if place in before} == {}
    assert {name: place for name, place in copy.places.items() if place not in copy.found} == {}


def test_findings_name_subject_sequence_variable_and_value(copy: Copy) -> None:
    rule, dataset, record = copy.places["CT-001 AE AESEV"]
    (item,) = [
        item for item in copy.result.findings if place_of(item) == (rule, dataset, record) and item.value == "TERRIBLE"
    ]
    frame = copy.result.tables["AE"].frame
    assert item.variable == "AESEV"
    assert item.usubjid == frame["USUBJID"].iloc[record - 1]
    assert item.seq == f"{frame['AESEQ'].iloc[record - 1]:.0f}"
    assert "AESEV (C66769)" in item.message


def test_violations_are_not_taken_for_what_is_explained(copy: Copy) -> None:
    assert copy.result.open_errors
    terms = [item for item in copy.result.findings if item.rule.startswith("CT-00") and item.severity == "error"]
    assert all(item.is_open for item in terms)


def test_a_file_that_is_cut_short_is_an_error_and_the_others_are_checked(out: Path, tmp_path: Path) -> None:
    for name in ("dm", "mh"):
        (tmp_path / "sdtm").mkdir(exist_ok=True)
        content = (out / "sdtm" / f"{name}.xpt").read_bytes()
        (tmp_path / "sdtm" / f"{name}.xpt").write_bytes(content[:-100] if name == "mh" else content)
    (tmp_path / "define" / "sdtm").mkdir(parents=True)
    (tmp_path / "define" / "sdtm" / "define.xml").write_bytes(b"<ODM/>")
    (tmp_path / "manifest.json").write_text(json.dumps({"created": "2022-03-15"}), encoding="utf-8")
    found = conformance(study(), tmp_path)
    assert list(found.tables) == ["DM"]
    assert {item.cell for item in found.problems if item.code == "CHECK-002"} == {
        "sdtm/mh.xpt",
        "define/sdtm/define.xml",
    }


def test_without_define_xml_its_rules_are_told_as_not_run(out: Path, tmp_path: Path) -> None:
    (tmp_path / "sdtm").mkdir()
    shutil.copy(out / "sdtm" / "dm.xpt", tmp_path / "sdtm")
    (tmp_path / "manifest.json").write_text(json.dumps({"created": "2022-03-15"}), encoding="utf-8")
    found = conformance(study(), tmp_path)
    assert found.not_run[0] == "define.xml against data: there is no define.xml; run studyspec define."
    assert "define.xml" not in " ".join(item.message for item in found.findings)


@pytest.mark.parametrize("kind", ["all text", "all numbers"])
def test_variables_of_the_wrong_type_stop_no_rule(result: Conformance, kind: str) -> None:
    tables = {}
    for name, table in result.tables.items():
        frame = table.frame.head(3)
        if kind == "all text":
            frame = pd.DataFrame({column: pd.Series(["x"] * len(frame), dtype="str") for column in frame})
        else:
            frame = pd.DataFrame({column: pd.Series([1.0] * len(frame)) for column in frame})
        type_ = "char" if kind == "all text" else "num"
        columns = {column: replace(about, type=type_) for column, about in table.columns.items()}
        tables[name] = replace(table, frame=frame, columns=columns)
    found = check_package(Package(tables, specs_of(study())))
    wrong = {item.dataset for item in found if item.rule in ("SD-106", "AD-103")}
    assert wrong >= {"DM", "AE", "EX", "VS", "ADSL", "ADAE"}
