"""The reviewer's guides: what spec, build, checks and QC know is in them, and what people must write is asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyreadstat
import pytest
from click.testing import CliRunner
from tests.build.mini import spec
from tests.submission.sample_package import ADAM, SDTM, write_study

from study.reference import ROOT
from studyspec.checks.conformance import ConformanceFinding
from studyspec.cli import main
from studyspec.documents.content import Block, Bullets, Document, Gap, Table, gaps, numbered
from studyspec.spec.model import Spec
from studyspec.submission.acrf import acrf
from studyspec.submission.adrg import adrg
from studyspec.submission.adrg_reads import datasets_read
from studyspec.submission.csdrg import csdrg
from studyspec.submission.facts import Facts, read_facts
from studyspec.submission.guide_topics import TOPICS, guide_findings, written
from studyspec.submission.split import Part

GUIDE = """
    Section         | Text
    Protocol Design | A registry.
    Overview        |
    LB              | Fasting.
    Overvew         | Lost.
    """
ENVIRONMENT = {
    "study": "TEST_01",
    "created": "2022-03-15T00:00:00",
    "studyspec": "0.1.0",
    "python": "3.11.7",
    "packages": {"pandas": "3.1.1"},
    "inputs": {"specs/sdtm.xlsx": "ab12", "raw/dm.csv": "cd34"},
}
FINDINGS = """severity,code,where,what,why,action,cell,form,record,dataset,usubjid,seq
warning,LB01,,,,,,lb,1,LB,S-001,1
warning,LB01,,,,,,lb,2,LB,S-001,2
note,SPEC-312,,,,,specs/sdtm.xlsx!Datasets!A2,,,LB,,
"""


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    study, extract, build = write_study(tmp_path_factory.mktemp("guides"))
    (build / "manifest.json").write_text(json.dumps(ENVIRONMENT), encoding="utf-8")
    (build / "findings.csv").write_text(FINDINGS, encoding="utf-8-sig")
    checks = """
        ID   | Dataset | Where        | Severity | Message                | Action
        LB01 | LB      | LBSTRESN > 9 | warning  | Result {LBSTRESN} odd. | Query the site.
        """
    study = replace(study, sdtm=replace(study.sdtm, checks=spec("SDTM", {**SDTM, "Checks": checks}).checks))
    return read_facts(study, extract, build)


def section(document: Document, title: str) -> tuple[Block, ...]:
    return next(item.section.blocks for item in numbered(document) if item.section.title == title)


def rows(blocks: tuple[Block, ...], caption: str = "") -> tuple[tuple[str, ...], ...]:
    return next(block.rows for block in blocks if isinstance(block, Table) and block.caption == caption)


def texts(document: Document) -> Iterator[str]:
    for item in numbered(document):
        yield from (block for block in item.section.blocks if isinstance(block, str))


def with_guide(text: str) -> Spec:
    return spec("SDTM", {**SDTM, "Guide": text})


def adam_of(facts: Facts) -> Spec:
    assert facts.study.adam is not None
    return facts.study.adam


def test_lines_of_a_text_are_paragraphs_and_items() -> None:
    guide = replace(with_guide(GUIDE).guide[0], text="One.\n\n- a\n- b\nTwo.")
    assert written(replace(with_guide(GUIDE), guide=(guide,)), "Protocol Design") == (
        "One.",
        Bullets(("a", "b")),
        "Two.",
    )


def test_a_section_that_is_needed_and_blank_is_a_gap_and_another_one_is_left_out() -> None:
    assert written(with_guide(GUIDE), "Overview") == (Gap(TOPICS["SDTM"][2].says),)
    assert written(with_guide(GUIDE), "Legacy Data") == ()


def test_blank_and_unknown_sections_are_found_by_their_cell() -> None:
    found = [(item.code, item.cell, item.severity) for item in guide_findings(with_guide(GUIDE))]
    assert found == [
        ("GUIDE-001", "specs/sdtm.xlsx!Guide!B3", "warning"),
        ("GUIDE-002", "specs/sdtm.xlsx!Guide!A5", "warning"),
    ]
    assert "Overview" in guide_findings(with_guide(GUIDE))[1].action


def test_without_the_sheet_every_needed_section_is_named() -> None:
    found = guide_findings(spec("ADaM", ADAM))
    assert [item.what.partition(" is not")[0] for item in found] == [
        f"Section {topic.section}" for topic in TOPICS["ADaM"] if topic.needed
    ]


def test_sections_follow_the_published_outlines(facts: Facts) -> None:
    assert [item.title for item in csdrg(facts, None).sections[:4]] == [
        "Introduction",
        "Protocol Description",
        "Subject Data Description",
        "Data Conformance Summary",
    ]
    assert [item.title for item in adrg(facts, adam_of(facts)).sections[:7]] == [
        "Introduction",
        "Protocol Description",
        "Analysis Considerations Related to Multiple Analysis Datasets",
        "Analysis Data Creation and Processing Issues",
        "Analysis Dataset Descriptions",
        "Data Conformance Summary",
        "Submission of Programs",
    ]


def test_datasets_have_the_numbers_of_records_that_another_reader_counts(facts: Facts) -> None:
    listed = rows(section(csdrg(facts, None), "SDTM Subject Domains"), "Datasets")
    for name, _, _, _, records, supplemental in listed:
        frame, _ = pyreadstat.read_xport(facts.build / "sdtm" / f"{name.lower()}.xpt")
        assert int(records) == len(frame)
        assert supplemental == ("1" if name == "DM" else "")
    assert [row[0] for row in listed] == ["DM", "LB"]


def test_supplemental_qualifiers_without_a_record_are_told_apart(facts: Facts) -> None:
    variables = facts.study.sdtm.variables
    note = next(item for item in variables if item.supplemental)
    unused = replace(note, name="UNUSED", label="Never Filled")
    more = replace(facts, study=replace(facts.study, sdtm=replace(facts.study.sdtm, variables=(*variables, unused))))
    described = section(csdrg(more, None), "DM, Demographics")
    assert rows(described, "Supplemental qualifiers (SUPPDM)") == (("NOTE", "Note", "Assigned", "1"),)
    assert "Supplemental qualifiers that no record has, so that SUPPDM is without them: UNUSED." in described
    assert not any("SUPPDM is without" in str(block) for block in section(csdrg(facts, None), "DM, Demographics"))


def test_every_dataset_is_described_and_trial_design_apart(facts: Facts) -> None:
    headings = [item.section.title for item in numbered(csdrg(facts, None))]
    assert [title for title in headings if title.startswith(("DM,", "LB,", "TS,"))] == [
        "DM, Demographics",
        "LB, Laboratory Results",
    ]
    assert [row[0] for row in rows(section(csdrg(facts, None), "Trial Design Datasets"), "Trial design datasets")] == [
        "TS"
    ]


def test_the_forms_of_the_annotated_crf_are_listed_and_received_data_are_told(facts: Facts) -> None:
    columns = {name: list(map(str, frame)) for name, frame in facts.extract.forms.items()}
    crf = acrf(facts.study.sdtm, columns, facts.study.registry)
    forms = rows(section(csdrg(facts, crf), "Traceability and Data Flow"), "Forms and the datasets that read them")
    assert forms == (("dm", "Subject", "DM", ""), ("lb", "Lab", "LB", ""))
    assert any(
        "received as SDTM" in text for text in section(csdrg(facts, None), "Annotated CRF") if isinstance(text, str)
    )


def test_issues_have_their_explanation_or_say_that_there_is_none(facts: Facts) -> None:
    found = (
        ConformanceFinding("SD-1", "error", "Bad.", "LB", "LBDTC", 1, explanation="It was so."),
        ConformanceFinding("SD-1", "error", "Bad.", "LB", "LBDTC", 2, explanation="It was so."),
        ConformanceFinding("AD-1", "warning", "Odd: 3.", "ADSL"),
    )
    told = replace(facts, conformance=replace(facts.conformance, findings=found))
    caption = "Issues that remain in the data"
    assert rows(section(csdrg(told, None), "Issues Summary"), caption) == (
        ("SD-1", "error", "LB LBDTC", "Bad.", "2", "It was so."),
    )
    assert rows(section(adrg(told, adam_of(told)), "Issues Summary"), caption) == (
        ("AD-1", "warning", "ADSL", "Odd.", "1", "Not explained."),
    )


def test_findings_of_the_studys_checks_are_counted_and_those_about_the_spec_are_not(facts: Facts) -> None:
    details = section(csdrg(facts, None), "Additional Conformance Details")
    assert rows(details, "Findings of the study's checks") == (
        ("LB01", "warning", "Result LBSTRESN odd.", "2", "Query the site."),
    )


def test_parts_of_a_split_dataset_are_explained(facts: Facts) -> None:
    files = "Appendix: Files, Software and Versions"
    assert "No dataset is over the size limit; none was split." in section(csdrg(facts, None), files)
    split = replace(
        facts, parts=(Part("LB", "LB1", 1, 60, "S-001", "S-002"), Part("LB", "LB2", 61, 120, "S-003", "S-003"))
    )
    assert rows(section(csdrg(split, None), files), "Parts of split datasets") == (
        ("LB", "split/lb1.xpt", "1 to 60", "S-001 to S-002"),
        ("LB", "split/lb2.xpt", "61 to 120", "S-003 to S-003"),
    )


def test_software_and_the_specs_that_were_run_are_named(facts: Facts) -> None:
    blocks = section(adrg(facts, adam_of(facts)), "Appendix: Files, Software and Versions")
    assert rows(blocks, "Software") == (("studyspec", "0.1.0"), ("Python", "3.11.7"), ("pandas", "3.1.1"))
    assert rows(blocks, "Specifications that were run") == (("specs/sdtm.xlsx", "ab12"),)


def test_results_of_double_programming_are_shown_only_of_this_state_of_the_study(facts: Facts) -> None:
    title = "Appendix: Verification of the Datasets"
    path = facts.build / "qc" / "qc.json"
    assert section(csdrg(facts, None), title) == ("The second programs were not run on this build.",)
    output = {"name": "LB", "layer": "sdtm", "records": 120, "program": "qc/sdtm/lb.sql", "status": "EXACT"}
    content = {
        **{name: ENVIRONMENT[name] for name in ("study", "created", "studyspec")},
        "programs": {},
        "outputs": [{**output, "unequal": "", "message": ""}],
    }
    path.parent.mkdir()
    try:
        path.write_text(json.dumps(content), encoding="utf-8")
        assert rows(section(csdrg(facts, None), title), "Results of double programming") == (
            ("LB", "120", "qc/sdtm/lb.sql", "EXACT", ""),
        )
        path.write_text(json.dumps({**content, "programs": {"qc/sdtm/lb.sql": "old"}}), encoding="utf-8")
        assert "earlier state" in str(section(csdrg(facts, None), title))
    finally:
        path.unlink()
        path.parent.rmdir()


def test_outputs_without_a_second_program_are_not_said_to_have_one(facts: Facts) -> None:
    path = facts.build / "qc" / "qc.json"
    output = {"layer": "sdtm", "records": 120, "unequal": "", "message": ""}
    checked = {**output, "name": "LB", "program": "qc/sdtm/lb.sql", "status": "EXACT"}
    alone = {**output, "name": "DM", "program": "", "status": "NO PROGRAM"}
    content = {**{name: ENVIRONMENT[name] for name in ("study", "created", "studyspec")}, "programs": {}}
    path.parent.mkdir()
    try:
        for outputs, words in (([checked], "Each output was"), ([checked, alone], "NO PROGRAM: the output was not")):
            path.write_text(json.dumps({**content, "outputs": outputs}), encoding="utf-8")
            said = section(csdrg(facts, None), "Appendix: Verification of the Datasets")[0]
            assert words in str(said)
            assert ("Each output" in str(said)) == (outputs == [checked])
    finally:
        path.unlink()
        path.parent.rmdir()


def test_analysis_datasets_say_what_they_read(facts: Facts) -> None:
    assert datasets_read("ADSL", adam_of(facts), facts.study.registry) == ("DM",)
    assert "SDTM datasets that no analysis dataset reads: TS, LB." in list(texts(adrg(facts, adam_of(facts))))


def test_gaps_of_a_guide_are_those_that_are_found(facts: Facts) -> None:
    assert len(gaps(csdrg(facts, None))) == len(guide_findings(facts.study.sdtm))
    assert len(gaps(adrg(facts, adam_of(facts)))) == len(guide_findings(adam_of(facts)))


def test_the_command_needs_a_current_build(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["guide", "--study", str(tmp_path)])
    assert result.exit_code == 2
    assert "Run studyspec build, then studyspec guide." in result.output


def test_the_page_on_guides_lists_every_section_as_it_is() -> None:
    page = (ROOT / "docs" / "guides.md").read_text(encoding="utf-8")
    for topic in (topic for topics in TOPICS.values() for topic in topics):
        assert f"| {topic.section} | {'yes ' * topic.needed}| {topic.says} |" in page
