"""The Clinical Study Data Reviewer's Guide: what a reader of the SDTM datasets needs beside define.xml.

Source: PHUSE, Clinical Study Data Reviewer's Guide, its outline of sections; FDA Study Data Technical Conformance
Guide, section on reviewer's guides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from studyspec.documents.content import Block, Bullets, Document, Section, Table
from studyspec.spec.model import Dataset, Spec, Variable
from studyspec.submission.acrf import Acrf
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
    standards_section,
)
from studyspec.submission.guide_topics import written

TITLE = "Clinical Study Data Reviewer's Guide"
_TRIAL_DESIGN = "TRIAL DESIGN"


def csdrg(facts: Facts, acrf: Acrf | None) -> Document:
    """The guide to the SDTM datasets of a built study.

    Args:
        facts: the study, its build and what was found in it.
        acrf: the annotated CRF of the package; None where the study starts from SDTM.

    Returns:
        Its content; sections that people have not written yet hold a `Gap`.
    """
    spec = facts.study.sdtm
    sections = (
        _introduction(facts, spec),
        _protocol(facts, spec),
        _subject_data(facts, spec, acrf),
        conformance_section(facts, spec, (*extended_codelists(spec), *build_findings(facts, spec))),
        Section("Appendix: Inclusion and Exclusion Criteria", tuple(_criteria(facts, spec))),
        Section("Appendix: Legacy Data", written(spec, "Legacy Data") or ("The study has no legacy data.",)),
        Section("Appendix: Verification of the Datasets", tuple(second_programs(facts, ("sdtm",)))),
        Section("Appendix: Files, Software and Versions", (*sizes(facts, "SDTM"), *software(facts))),
    )
    about = ("For the tabulation datasets (SDTM) of the study.", cut_off(facts))
    return Document(TITLE, facts.study.study_id, about, str(facts.environment["created"])[:10], sections)


def _introduction(facts: Facts, spec: Spec) -> Section:
    purpose = (
        "This guide says what define.xml cannot: how the study was done, how its data came into SDTM, what is "
        "particular in each dataset, and which findings of the conformance check remain, with the reason for each."
    )
    return Section(
        "Introduction",
        (),
        (Section("Purpose", (purpose,)), acronyms_section(spec), standards_section(facts, spec)),
    )


def _protocol(facts: Facts, spec: Spec) -> Section:
    return Section(
        "Protocol Description",
        (),
        (
            protocol_section(facts, spec),
            Section("Protocol Design", written(spec, "Protocol Design")),
            Section("Trial Design Datasets", tuple(_trial_design(facts, spec))),
        ),
    )


def _trial_design(facts: Facts, spec: Spec) -> Iterator[Block]:
    rows = tuple(
        (item.name, item.label, item.structure, records_of(facts, "SDTM", item.name), comment_text(spec, item.comment))
        for item in spec.datasets.values()
        if item.class_ == _TRIAL_DESIGN
    )
    if rows:
        head = ("Dataset", "Label", "Structure", "Records", "Comment")
        yield Table(head, rows, (0.11, 0.18, 0.25, 0.12, 0.34), "Trial design datasets")
    else:
        yield "The package has no trial design datasets."
    yield from written(spec, "Trial Design")


def _subject_data(facts: Facts, spec: Spec, acrf: Acrf | None) -> Section:
    datasets = [item for item in spec.datasets.values() if item.class_ != _TRIAL_DESIGN and item.name not in spec.made]
    return Section(
        "Subject Data Description",
        (),
        (
            Section("Overview", (*written(spec, "Overview"), *_overview(facts, spec))),
            Section("Traceability and Data Flow", tuple(_data_flow(facts, spec, acrf))),
            Section("Annotated CRF", tuple(_annotated_crf(spec, acrf))),
            Section("Derived and Assigned Data", tuple(_derived(spec))),
            Section(
                "SDTM Subject Domains",
                (_domains(facts, spec, datasets),),
                tuple(Section(f"{item.name}, {item.label}", tuple(_domain(facts, spec, item))) for item in datasets),
            ),
            Section(
                "Special Considerations",
                written(spec, "Special Considerations") or ("There are none beyond the above.",),
            ),
        ),
    )


def _overview(facts: Facts, spec: Spec) -> Iterator[str]:
    yield cut_off(facts)
    yield f"DM has {records_of(facts, 'SDTM', 'DM')} records, one for each subject."


def _data_flow(facts: Facts, spec: Spec, acrf: Acrf | None) -> Iterator[Block]:
    received = [name for name in spec.received if spec.datasets[name].class_ != _TRIAL_DESIGN]
    if any(not source.received for source in spec.sources):
        yield (
            "SDTM was made by running the specifications: a mapping or a method for each variable, the same text that "
            "define.xml and the programs of this package show. Every record of the export is accounted for: it became "
            "a record, was looked up by one, was counted in one, or was left out for a stated reason."
        )
    if received:
        yield f"Received as SDTM, and submitted as received: {', '.join(received)}."
    if acrf is not None:
        rows = tuple(
            (
                form.name,
                form.label,
                ", ".join(name for name, _ in form.datasets) or "none",
                spec.forms[form.name].not_tabulated,
            )
            for form in acrf.forms
        )
        head = ("Form", "Label", "Datasets", "Not tabulated because")
        yield Table(head, rows, (0.15, 0.27, 0.2, 0.38), "Forms and the datasets that read them")
    yield from written(spec, "Data Flow")


def _annotated_crf(spec: Spec, acrf: Acrf | None) -> Iterator[Block]:
    if acrf is not None:
        yield (
            f"acrf.pdf ({acrf.pages} pages) shows each form of the data export with the variables that its columns "
            "become, with bookmarks by form and by dataset. A column that no dataset has is marked NOT SUBMITTED."
        )
    elif not written(spec, "Annotated CRF"):
        yield "The data were received as SDTM: the forms on which they were collected are not known to this build."
    yield from written(spec, "Annotated CRF")


def _derived(spec: Spec) -> Iterator[Block]:
    counts = Counter(item.origin or "not stated" for item in spec.variables)
    yield "Variables by origin: " + ", ".join(f"{counts[name]} {name}" for name in sorted(counts)) + "."
    imputing = [item for item in spec.methods.values() if item.type == "Imputation"]
    if imputing:
        yield Bullets(tuple(f"{item.name}: {item.description}" for item in imputing))
    else:
        yield "No method of SDTM imputes: partial dates are submitted as far as they are known."
    yield from parameters_table(spec)


def _domains(facts: Facts, spec: Spec, datasets: list[Dataset]) -> Table:
    rows = tuple(
        (
            item.name,
            item.label,
            item.class_.capitalize(),
            ", ".join(item.key_variables),
            records_of(facts, "SDTM", item.name),
            records_of(facts, "SDTM", f"SUPP{item.name}") if f"SUPP{item.name}" in facts.members["SDTM"] else "",
        )
        for item in datasets
    )
    head = ("Dataset", "Label", "Class", "Keys, in sort order", "Records", "Records in SUPP--")
    return Table(head, rows, (0.1, 0.22, 0.15, 0.3, 0.11, 0.12), "Datasets")


def _domain(facts: Facts, spec: Spec, dataset: Dataset) -> Iterator[Block]:
    yield f"{dataset.structure}."
    yield from filter(None, (comment_text(spec, dataset.comment),))
    yield from written(spec, dataset.name)
    yield from _remarks(spec, dataset.name)
    yield from _supplemental(facts, spec, dataset.name)
    yield from _not_filled(facts, spec, dataset.name)


def _remarks(spec: Spec, dataset: str) -> Iterator[Table]:
    variables = [item for item in spec.variables_of[dataset] if not item.has_no_data]
    rows = tuple((item.name, item.label, text) for item in variables if (text := comment_text(spec, item.comment)))
    if rows:
        yield Table(("Variable", "Label", "Remark"), rows, (0.13, 0.27, 0.6), f"Remarks on variables of {dataset}")


def _supplemental(facts: Facts, spec: Spec, dataset: str) -> Iterator[Block]:
    supp = f"SUPP{dataset}"
    member = facts.members["SDTM"].get(supp)
    records = Counter(member.frame["QNAM"]) if member else Counter[str]()
    defined = [item for item in spec.variables_of[dataset] if item.supplemental]
    rows = tuple(
        (item.name, item.label, item.origin, shown(records[item.name])) for item in defined if records[item.name]
    )
    if rows:
        caption = f"Supplemental qualifiers ({supp})"
        yield Table(("QNAM", "QLABEL", "Origin", "Records"), rows, (0.17, 0.53, 0.17, 0.13), caption)
    unused = ", ".join(item.name for item in defined if not records[item.name])
    if unused:
        yield f"Supplemental qualifiers that no record has, so that {supp} is without them: {unused}."


def _not_filled(facts: Facts, spec: Spec, dataset: str) -> Iterator[Table]:
    rows = tuple(
        (item.name, item.label, comment_text(spec, item.comment) or _reason(item))
        for item in empty_variables(facts, spec, dataset)
    )
    if rows:
        yield Table(("Variable", "Label", "Why"), rows, (0.13, 0.27, 0.6), f"Variables of {dataset} without a value")


def _reason(variable: Variable) -> str:
    if variable.has_no_data:
        return "Expected by SDTMIG, not collected."
    return "No record had a value at the data cut-off."


def _criteria(facts: Facts, spec: Spec) -> Iterator[Block]:
    text = written(spec, "Inclusion and Exclusion Criteria")
    if "TI" in facts.members["SDTM"]:
        yield "The dataset TI has the criteria."
    elif not text:
        yield "The criteria are in the protocol; no dataset TI is in this package."
    yield from text
