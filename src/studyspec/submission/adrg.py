"""The Analysis Data Reviewer's Guide: what a reader of the ADaM datasets needs beside define.xml.

Source: PHUSE, Analysis Data Reviewer's Guide, its outline of sections; FDA Study Data Technical Conformance Guide,
sections on reviewer's guides and on software programs.
"""

from __future__ import annotations

from collections.abc import Iterator

from studyspec.documents.content import Block, Document, Section, Table
from studyspec.spec.model import Dataset, Spec, Variable
from studyspec.spec.tlf import Display
from studyspec.submission.adrg_reads import datasets_read
from studyspec.submission.facts import Facts
from studyspec.submission.guide_parts import (
    acronyms_section,
    build_findings,
    comment_text,
    conformance_section,
    cut_off,
    empty_variables,
    extended_codelists,
    parameters_table,
    protocol_section,
    records_of,
    second_programs,
    shown,
    sizes,
    software,
    splits,
    standards_section,
)
from studyspec.submission.guide_topics import written
from studyspec.submission.tree import file_stem, program_name

TITLE = "Analysis Data Reviewer's Guide"
ADSL = "ADSL"
_EMERGENT = ("TRTEMFL", "TRTEM01F")
# ADaMIG 1.3, section on ADSL: population indicators; ENRLFL and others of the same use.
_POPULATIONS = ("FASFL", "SAFFL", "ITTFL", "PPROTFL", "COMPLFL", "RANDFL", "ENRLFL", "SCRNFL", "EFFFL")


def adrg(facts: Facts, spec: Spec) -> Document:
    """The guide to the ADaM datasets of a built study.

    Args:
        facts: the study, its build and what was found in it.
        spec: its ADaM workbook.

    Returns:
        Its content; sections that people have not written yet hold a `Gap`.
    """
    sections = (
        _introduction(facts, spec),
        Section(
            "Protocol Description",
            (),
            (
                protocol_section(facts, spec),
                Section("Protocol Design in Relation to ADaM", written(spec, "Protocol Design")),
            ),
        ),
        _considerations(facts, spec),
        _creation(facts, spec),
        _datasets(facts, spec),
        conformance_section(facts, spec, (*extended_codelists(spec), *build_findings(facts, spec))),
        _programs(facts, spec),
        Section("Appendix: Verification of Datasets and Displays", tuple(second_programs(facts, ("adam", "tlf")))),
        Section("Appendix: Files, Software and Versions", (*sizes(facts, "ADaM"), *software(facts))),
    )
    about = ("For the analysis datasets (ADaM) and displays of the study.", cut_off(facts))
    return Document(TITLE, facts.study.study_id, about, str(facts.environment["created"])[:10], sections)


def _introduction(facts: Facts, spec: Spec) -> Section:
    purpose = (
        "This guide says what define.xml cannot: how analysis datasets follow from SDTM, which rules they share, which "
        "displays they serve, and which findings of the conformance check remain, with the reason for each."
    )
    source = "The analysis datasets were made from the SDTM datasets of this package, and from nothing else."
    return Section(
        "Introduction",
        (),
        (
            Section("Purpose", (purpose,)),
            acronyms_section(spec),
            standards_section(facts, spec),
            Section("Source Data Used for Analysis Dataset Creation", (source, cut_off(facts))),
        ),
    )


def _considerations(facts: Facts, spec: Spec) -> Section:
    return Section(
        "Analysis Considerations Related to Multiple Analysis Datasets",
        (),
        (
            Section("Comparison of SDTM and ADaM Content", tuple(_comparison(facts, spec))),
            Section("Core Variables", tuple(_core(spec))),
            Section("Treatment Variables", (*written(spec, "Treatment Variables"), *_treatments(spec))),
            Section("Analysis Populations", tuple(_populations(facts, spec))),
            Section("Treatment-Emergent Events", tuple(_emergent(spec))),
            Section("Subject Issues that Require Special Analysis Rules", written(spec, "Special Subjects")),
            Section("Use of Visit Windowing, Unscheduled Visits, and Record Selection", written(spec, "Visit Windows")),
            Section("Imputation and Derivation Methods", tuple(_imputation(spec))),
            Section(
                "Special Considerations",
                written(spec, "Special Considerations") or ("There are none beyond the above.",),
            ),
        ),
    )


def _comparison(facts: Facts, spec: Spec) -> Iterator[Block]:
    used = {name for dataset in spec.datasets for name in datasets_read(dataset, spec, facts.study.registry)}
    sdtm = [name for name in facts.study.sdtm.datasets if name not in facts.study.sdtm.made]
    yield f"SDTM datasets that ADaM reads: {', '.join(name for name in sdtm if name in used) or 'none'}."
    left = [name for name in sdtm if name not in used]
    if left:
        yield f"SDTM datasets that no analysis dataset reads: {', '.join(left)}."
    if ADSL in facts.members["ADaM"] and "DM" in facts.members["SDTM"]:
        yield f"DM has {records_of(facts, 'SDTM', 'DM')} subjects, ADSL {records_of(facts, 'ADaM', ADSL)}."
    if any(item.supplemental for item in facts.study.sdtm.variables):
        yield "Supplemental qualifiers are read as variables of their parent domain."
    yield from written(spec, "SDTM and ADaM")


def _core(spec: Spec) -> Iterator[Block]:
    core = [item for item in spec.variables if item.dataset == ADSL and item.common]
    others = [name for name in spec.datasets if name != ADSL]
    if not core or not others:
        yield "No variables of ADSL are common to the other analysis datasets."
        return
    yield "These variables of ADSL are the core; the last column says which other datasets carry them."
    carried = {name: {item.name for item in spec.variables_of[name]} for name in others}
    rows = tuple(
        (item.name, item.label, ", ".join(name for name in others if item.name in carried[name])) for item in core
    )
    yield Table(("Variable", "Label", "Also in"), rows, (0.2, 0.5, 0.3), "Core variables")


def _treatments(spec: Spec) -> Iterator[Table]:
    named = [
        item for item in spec.variables_of.get(ADSL, ()) if item.name.startswith(("ARM", "ACTARM", "TRT0", "TRTSEQ"))
    ]
    if named:
        rows = tuple((item.name, item.label, _how(item, spec)) for item in named)
        yield Table(("Variable", "Label", "Definition"), rows, (0.15, 0.3, 0.55), "Treatment variables of ADSL")


def _how(variable: Variable, spec: Spec) -> str:
    """How a variable gets its value, in the words of the spec."""
    method = spec.methods.get(variable.method)
    if method is not None:
        return method.description
    if variable.predecessor:
        return f"Copied from {variable.predecessor}."
    return variable.assigned_value or comment_text(spec, variable.comment)


def _populations(facts: Facts, spec: Spec) -> Iterator[Block]:
    member = facts.members["ADaM"].get(ADSL)
    flags = [item for item in spec.variables_of.get(ADSL, ()) if item.name in _POPULATIONS]
    if member is None or not flags:
        yield "ADSL has no population flag."
        return
    rows = tuple(
        (item.name, item.label, _how(item, spec), shown(int((member.frame[item.name] == "Y").sum()))) for item in flags
    )
    yield Table(("Flag", "Label", "Definition", "Subjects"), rows, (0.12, 0.25, 0.51, 0.12), "Populations")


def _emergent(spec: Spec) -> Iterator[Block]:
    flags = [item for item in spec.variables if item.name in _EMERGENT]
    if not flags:
        yield "No analysis dataset flags treatment-emergent events."
    for item in flags:
        yield f"{item.dataset}.{item.name}: {_how(item, spec)}"


def _imputation(spec: Spec) -> Iterator[Block]:
    yield "Rounding, wherever a method or display rounds, is half away from zero. No value is rounded twice."
    methods = [item for item in spec.methods.values() if item.type == "Imputation"]
    if methods:
        used = {
            method.id: ", ".join(f"{item.dataset}.{item.name}" for item in spec.variables if item.method == method.id)
            for method in methods
        }
        rows = tuple((used[item.id], item.description) for item in methods if used[item.id])
        yield Table(("Variables", "Rule"), rows, (0.25, 0.75), "Imputation")
    yield from parameters_table(spec)
    yield from written(spec, "Imputation")


def _creation(facts: Facts, spec: Spec) -> Section:
    rows = tuple(
        (name, ", ".join(datasets_read(name, spec, facts.study.registry)) or "nothing") for name in spec.datasets
    )
    return Section(
        "Analysis Data Creation and Processing Issues",
        (),
        (
            Section("Split Datasets", tuple(splits(facts, "ADaM"))),
            Section(
                "Data Dependencies",
                (Table(("Dataset", "Reads"), rows, (0.2, 0.8), "What each dataset reads"),),
            ),
            Section(
                "Intermediate Datasets",
                written(spec, "Intermediate Datasets") or ("There are no intermediate datasets.",),
            ),
        ),
    )


def _datasets(facts: Facts, spec: Spec) -> Section:
    displays = list(facts.study.tlf.displays.values()) if facts.study.tlf else []
    rows = tuple(
        (
            item.name,
            item.label,
            item.class_.capitalize(),
            records_of(facts, "ADaM", item.name),
            ", ".join(display.id for display in displays if item.name in display.datasets) or "none",
        )
        for item in spec.datasets.values()
    )
    head = ("Dataset", "Label", "Class", "Records", "Displays made from it")
    overview = Table(head, rows, (0.11, 0.24, 0.23, 0.11, 0.31), "Analysis datasets")
    return Section(
        "Analysis Dataset Descriptions",
        (),
        (
            Section("Overview", (overview,)),
            Section(
                "Analysis Datasets",
                (),
                tuple(
                    Section(f"{item.name}, {item.label}", tuple(_dataset(facts, spec, item)))
                    for item in spec.datasets.values()
                ),
            ),
        ),
    )


def _dataset(facts: Facts, spec: Spec, dataset: Dataset) -> Iterator[Block]:
    yield f"{dataset.structure}. Keys: {', '.join(dataset.key_variables)}."
    yield from filter(None, (comment_text(spec, dataset.comment),))
    yield from written(spec, dataset.name)
    empty = {item.name for item in empty_variables(facts, spec, dataset.name)}
    variables = spec.variables_of[dataset.name]
    remarks = [
        (item.name, item.label, comment_text(spec, item.comment)) for item in variables if item.name not in empty
    ]
    rows = tuple(row for row in remarks if row[2])
    if rows:
        caption = f"Remarks on variables of {dataset.name}"
        yield Table(("Variable", "Label", "Remark"), rows, (0.13, 0.27, 0.6), caption)
    if empty:
        yield f"Without a value in any record: {', '.join(item.name for item in variables if item.name in empty)}."


def _programs(facts: Facts, spec: Spec) -> Section:
    displays = list(facts.study.tlf.displays.values()) if facts.study.tlf else []
    description = (
        "The folder programs has a text for each dataset and each display. It is written from the specification that "
        "was run and states every derivation in its order, with the source of the study's own functions. It is to be "
        "read; it is not run by itself."
    )
    datasets = tuple(
        (program_name(name, "ADaM"), name, ", ".join(datasets_read(name, spec, facts.study.registry)))
        for name in spec.datasets
    )
    return Section(
        "Submission of Programs",
        (),
        (
            Section("Description", (description, *written(spec, "Programs"))),
            Section("ADaM Programs", (Table(("Program", "Makes", "Reads"), datasets, (0.25, 0.2, 0.55)),)),
            Section("Analysis Output Programs", tuple(_display_programs(displays))),
        ),
    )


def _display_programs(displays: list[Display]) -> Iterator[Block]:
    if not displays:
        yield "The package has no displays."
        return
    rows = tuple(
        (
            f"{file_stem(item.id)}.txt",
            f"{item.type} {item.number or item.id}: {item.title}",
            ", ".join(item.datasets),
            item.population_label,
        )
        for item in displays
    )
    yield Table(("Program", "Display", "Reads", "Population"), rows, (0.17, 0.43, 0.15, 0.25))
