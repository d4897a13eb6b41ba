"""Parts that both reviewer's guides have: standards, conformance, findings of the build, sizes, versions."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from studyspec import __version__
from studyspec.checks.conformance import ConformanceFinding
from studyspec.checks.report import issues
from studyspec.checks.rule import RULES as CONFORMANCE_RULES
from studyspec.define.codelists import used_codelists
from studyspec.define.standard_refs import standards_of
from studyspec.define.write import DEFINE_VERSION
from studyspec.documents.content import Block, Section, Table
from studyspec.findings import RULES, SEVERITIES
from studyspec.spec.model import Spec, Standard, Variable
from studyspec.submission.facts import Facts
from studyspec.submission.guide_topics import acronyms, written

_ACRONYMS = {
    "aCRF": "annotated case report form",
    "ADaM": "Analysis Data Model",
    "ADRG": "Analysis Data Reviewer's Guide",
    "CDISC": "Clinical Data Interchange Standards Consortium",
    "cSDRG": "Clinical Study Data Reviewer's Guide",
    "CT": "controlled terminology",
    "CTCAE": "Common Terminology Criteria for Adverse Events",
    "IG": "implementation guide",
    "QC": "quality control",
    "SDTM": "Study Data Tabulation Model",
    "TEAE": "treatment-emergent adverse event",
    "XPT": "SAS transport format, version 5",
}
_UNEXPLAINED = {"error": "Not explained.", "warning": "Not explained.", "note": "For information."}
_BRACES = re.compile(r"\{([^{}]*)\}")


def standards_section(facts: Facts, spec: Spec) -> Section:
    """1.3: standards, terminology and dictionaries with their versions."""
    rows = [
        (f"Controlled terminology ({item.publishing_set})" if item.publishing_set else item.name, item.version)
        for item in standards_of(spec, used_codelists(spec))
    ]
    rows += [(f"{item.name} ({item.dictionary})", item.version) for item in spec.dictionaries.values()]
    rows += [
        ("Define-XML", f"{DEFINE_VERSION}{', with Analysis Results Metadata 1.0' * bool(spec.analysis_displays)}"),
        ("Transport of datasets", "SAS transport format, version 5 (XPT); beside it Dataset-JSON 1.1"),
    ]
    return Section(
        "Study Data Standards and Dictionary Inventory",
        (Table(("Standard or dictionary", "Version"), tuple(rows), (0.5, 0.5)),),
    )


def acronyms_section(spec: Spec) -> Section:
    """1.2: what is used in every guide, and the study's own."""
    rows = sorted({**_ACRONYMS, **acronyms(spec)}.items(), key=lambda pair: (pair[0].casefold(), pair[0]))
    return Section("Acronyms", (Table(("Acronym", "Meaning"), tuple(rows), (0.2, 0.8)),))


def protocol_section(facts: Facts, spec: Spec) -> Section:
    """2.1: number, title and versions of the protocol."""
    titles = [values.get("TSVAL", "") for values in trial_summary(facts) if values.get("TSPARMCD") == "TITLE"]
    title = titles[0] if titles else spec.attributes.get("StudyDescription", "")
    number = spec.attributes.get("ProtocolName", "") or facts.study.study_id
    table = Table(("Protocol", ""), (("Number", number), ("Title", title)), (0.2, 0.8))
    return Section("Protocol Number and Title", (table, *written(spec, "Protocol Versions")))


def trial_summary(facts: Facts) -> list[dict[str, str]]:
    """The records of TS; none where there is no such dataset."""
    member = facts.members["SDTM"].get("TS")
    if member is None:
        return []
    frame = member.frame
    return [dict(zip(frame.columns, map(str, row), strict=True)) for row in frame.itertuples(index=False)]


def cut_off(facts: Facts) -> str:
    """When data were exported, and up to which date they count."""
    manifest = facts.extract.manifest
    synthetic = " The data are synthetic: no real subject, site or event is described." if manifest.synthetic else ""
    return f"Data were exported on {manifest.extract_date[:10]}; the data cut-off is {manifest.cutoff[:10]}.{synthetic}"


def parameters_table(spec: Spec) -> list[Table]:
    """The constants of the study that derivations use."""
    settings = ("CREATED", "XPT_LENGTH")
    rows = tuple(
        (item.name, f"{item.value:g}" if isinstance(item.value, float) else item.value, item.description)
        for item in spec.parameters.values()
        if item.name not in settings
    )
    return [Table(("Parameter", "Value", "Meaning"), rows, (0.22, 0.15, 0.63), "Parameters")] if rows else []


def shown(numbers: int) -> str:
    """1,234."""
    return f"{numbers:,}"


def records_of(facts: Facts, standard: Standard, name: str) -> str:
    """How many records a dataset has; "none, no file" where nothing was written."""
    member = facts.members[standard].get(name)
    return shown(len(member.frame)) if member is not None else "no file"


def empty_variables(facts: Facts, spec: Spec, dataset: str) -> list[Variable]:
    """Variables of a dataset that no record has a value of."""
    member = facts.members[spec.standard].get(dataset)
    if member is None or not len(member.frame):
        return []
    frame = member.frame
    filled = {name for name in frame if ((frame[name] != "") & frame[name].notna()).any()}
    return [item for item in spec.variables_of[dataset] if item.name in frame and item.name not in filled]


def comment_text(spec: Spec, comment: str) -> str:
    """The text of a comment by its ID, "" where there is none."""
    found = spec.comments.get(comment)
    return found.description if found else ""


def conformance_section(facts: Facts, spec: Spec, details: Iterable[Block]) -> Section:
    """Inputs, issues with their explanations, and what else is to be known of conformance."""
    found = [item for item in facts.conformance.findings if _is_of(item, facts, spec.standard)]
    return Section(
        "Data Conformance Summary",
        (),
        (
            Section("Conformance Inputs", tuple(_inputs(facts, spec))),
            Section("Issues Summary", tuple(_issues(found))),
            Section("Additional Conformance Details", (*written(spec, "Conformance"), *details)),
        ),
    )


def _is_of(finding: ConformanceFinding, facts: Facts, standard: Standard) -> bool:
    """True when a finding is about a dataset of the standard; one about none goes to SDTM."""
    table = facts.conformance.tables.get(finding.dataset)
    return (table.belongs if table is not None else "SDTM") == standard


def _inputs(facts: Facts, spec: Spec) -> Iterable[Block]:
    terminology = ", ".join(
        f"{item.publishing_set} CT {item.version}"
        for item in standards_of(spec, used_codelists(spec))
        if item.publishing_set
    )
    yield Table(
        ("Input", "What was used"),
        (
            (
                "Software",
                f"studyspec {__version__}, {len(CONFORMANCE_RULES)} rules of CDISC and FDA in its own implementation",
            ),
            ("Datasets", f"{len(facts.conformance.tables)} transport files as they are in this package"),
            ("Terminology", terminology or "none"),
            ("Definitions", f"define.xml of this package, Define-XML {DEFINE_VERSION}"),
            *(("Not run", text) for text in facts.conformance.not_run),
        ),
        (0.2, 0.8),
    )


def _issues(found: list[ConformanceFinding]) -> Iterable[Block]:
    if not found:
        yield "No issue was found."
        return
    counts = Counter(item.severity for item in found)
    yield "Findings: " + ", ".join(f"{counts[name]} of severity {name}" for name in SEVERITIES if counts[name]) + "."
    rows = tuple(
        (
            item.rule,
            item.severity,
            item.place,
            f"{item.message}.",
            shown(item.count),
            item.explanation or _UNEXPLAINED[item.severity],
        )
        for item in issues(found)
    )
    head = ("Rule", "Severity", "Dataset, variable", "Message", "Count", "Explanation")
    yield Table(head, rows, (0.08, 0.09, 0.14, 0.26, 0.07, 0.36), "Issues that remain in the data")


def extended_codelists(spec: Spec) -> list[Block]:
    """Terms that the study added to extensible codelists of CDISC."""
    rows = tuple(
        (f"{codelist.name} ({codelist.nci_code})", term.term, term.decoded_value)
        for codelist in used_codelists(spec)
        for term in codelist.terms
        if term.extended
    )
    if not rows:
        return ["No codelist of CDISC was extended."]
    head = ("Codelist", "Term added", "Meaning")
    return [Table(head, rows, (0.4, 0.3, 0.3), "Extensible codelists with terms of the sponsor")]


def build_findings(facts: Facts, spec: Spec) -> list[Block]:
    """What the study's own checks found in the data, by check; the data are as they were reported."""
    text = (facts.build / "findings.csv").read_text(encoding="utf-8-sig")
    checks = {item.id: item for item in spec.checks}
    counts: Counter[str] = Counter()
    severities: dict[str, str] = {}
    for row in csv.DictReader(io.StringIO(text)):
        code = row["code"]
        if code in checks or (code.startswith("DATA-") and row["dataset"] in spec.datasets):
            counts[code] += 1
            severities[code] = row["severity"]
    if not counts:
        return ["The checks of the study found nothing."]
    rows = tuple(
        (code, severities[code], _message(code, checks), shown(count), _action(code, checks))
        for code, count in sorted(counts.items())
    )
    head = ("Check", "Severity", "What it finds", "Records", "What is done")
    return [
        "The study's own checks look for data that somebody must query or know of. Data are submitted as they were "
        "reported: a finding changes no value.",
        Table(head, rows, (0.1, 0.1, 0.4, 0.09, 0.31), "Findings of the study's checks"),
    ]


def _message(code: str, checks: Mapping[str, Any]) -> str:
    if code in checks:
        return _BRACES.sub(lambda found: found[1], checks[code].message)
    return f"{RULES[code].title}." if code in RULES else code


def _action(code: str, checks: Mapping[str, Any]) -> str:
    if code in checks:
        return str(checks[code].action)
    return RULES[code].action if code in RULES else ""


def second_programs(facts: Facts, layers: tuple[str, ...]) -> list[Block]:
    """How outputs agreed with their second programs, from the last run of QC."""
    from studyspec.qc.run import about

    path = facts.build / "qc" / "qc.json"
    if not path.is_file():
        return ["The second programs were not run on this build."]
    content = json.loads(path.read_text(encoding="utf-8"))
    now = about(facts.study.root, facts.build)
    if any(content.get(name) != value for name, value in now.items()):
        return ["The second programs were run on an earlier state of the study; their results are not shown."]
    rows = tuple(
        (
            item["name"],
            shown(item["records"]),
            item["program"] or "none",
            item["status"],
            item["unequal"] or item["message"],
        )
        for item in content["outputs"]
        if item["layer"] in layers
    )
    head = ("Output", "Records", "Second program", "Result", "Differences")
    alone = any(row[3] == "NO PROGRAM" for row in rows)
    return [
        f"{'Outputs with a second program were' if alone else 'Each output was'} programmed a second time, in another "
        "language and from the specifications alone, and compared value by value. EXACT: all values are equal; EQUAL: "
        f"equal but for the noise of computing{'; NO PROGRAM: the output was not programmed again' if alone else ''}.",
        Table(head, rows, (0.15, 0.1, 0.27, 0.13, 0.35), "Results of double programming"),
    ]


def sizes(facts: Facts, standard: Standard) -> list[Block]:
    """The transport files: records, variables, bytes; and the parts of those that were split."""
    rows = []
    for name, member in facts.members[standard].items():
        size = (facts.build / standard.lower() / f"{name.lower()}.xpt").stat().st_size
        rows.append(
            (f"{name.lower()}.xpt", member.label, shown(len(member.frame)), str(len(member.columns)), shown(size))
        )
    head = ("File", "Dataset", "Records", "Variables", "Bytes")
    return [Table(head, tuple(rows), (0.18, 0.44, 0.12, 0.12, 0.14), "Transport files"), *splits(facts, standard)]


def splits(facts: Facts, standard: Standard) -> list[Block]:
    """How datasets over the size limit were split; that none was, where it is so."""
    parts = [part for part in facts.parts if part.dataset in facts.members[standard]]
    if not parts:
        return ["No dataset is over the size limit; none was split."]
    rows = tuple(
        (
            part.dataset,
            f"split/{part.name.lower()}.xpt",
            f"{shown(part.first)} to {shown(part.last)}",
            f"{part.first_subject} to {part.last_subject}" if part.first_subject else "",
        )
        for part in parts
    )
    head = ("Dataset", "Part", "Records of the whole", "Subjects")
    return [
        "A dataset over the size limit is submitted whole and in parts, in the folder split. The parts, one after the "
        "other, are the whole; a part ends with the last record of a subject.",
        Table(head, rows, (0.12, 0.25, 0.23, 0.4), "Parts of split datasets"),
    ]


def software(facts: Facts) -> list[Block]:
    """Software with its versions, and the checksums of the specifications that were run."""
    about = facts.environment
    rows = [
        ("studyspec", str(about["studyspec"])),
        ("Python", str(about["python"])),
        *sorted(about["packages"].items()),
    ]
    hashes = tuple((name, value) for name, value in sorted(about["inputs"].items()) if name.startswith("specs/"))
    return [
        Table(("Software", "Version"), tuple(rows), (0.5, 0.5), "Software"),
        Table(("File", "SHA-256"), hashes, (0.25, 0.75), "Specifications that were run"),
    ]
