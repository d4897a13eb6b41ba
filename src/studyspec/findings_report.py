"""Findings for people and machines: lines for a terminal, a CSV for Excel, an HTML page, and the reference of codes."""

from __future__ import annotations

import csv
import html
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from studyspec.findings import RULES, SEVERITIES, Finding, Rule, Severity

COLUMNS = ("severity", "code", "where", "what", "why", "action", "cell", "form", "record", "dataset", "usubjid", "seq")

DIGEST: dict[Severity, int] = {"error": 20, "warning": 1, "note": 1}


@dataclass(frozen=True)
class Group:
    """Findings of one code, with what they have in common stated once.

    `title` is blank for the study's own checks. `why`, `action` and `cell` are blank where the findings differ; the
    findings in `items` then carry their own.
    """

    severity: Severity
    code: str
    title: str
    why: str
    action: str
    cell: str
    items: tuple[Finding, ...]

    @property
    def heading(self) -> str:
        """The title and how many there are: `Unknown codelist (2)`."""
        return f"{self.title} ({len(self.items)})" if self.title else f"({len(self.items)})"


def write_findings(findings: Sequence[Finding], folder: Path, title: str) -> None:
    """Write findings.csv and findings.html into `folder`, in the order of `Finding.sort_key`."""
    ordered = sorted(findings, key=Finding.sort_key)
    # Excel takes a CSV for UTF-8 only when it begins with a byte-order mark.
    (folder / "findings.csv").write_text(findings_csv(ordered), encoding="utf-8-sig", newline="")
    (folder / "findings.html").write_text(findings_html(ordered, title), encoding="utf-8", newline="\n")


def findings_csv(findings: Sequence[Finding]) -> str:
    """One line per finding; numbers that do not apply are blank."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for finding in findings:
        writer.writerow([getattr(finding, name) or "" for name in COLUMNS])
    return text.getvalue()


def count_findings(findings: Iterable[Finding]) -> str:
    """How many of each severity: `1 error, 0 warnings, 12 notes`."""
    counts = Counter(finding.severity for finding in findings)
    return ", ".join(f"{counts[severity]} {severity}{'s' * (counts[severity] != 1)}" for severity in SEVERITIES)


def group_findings(findings: Iterable[Finding]) -> list[Group]:
    """Findings by code, in the order of `Finding.sort_key`."""
    by_code: dict[tuple[Severity, str], list[Finding]] = {}
    for finding in sorted(findings, key=Finding.sort_key):
        by_code.setdefault((finding.severity, finding.code), []).append(finding)
    return [_group(items) for items in by_code.values()]


def _group(items: Sequence[Finding]) -> Group:
    first = items[0]
    rule = RULES.get(first.code)
    why = _common(item.why for item in items)
    action = _common(item.action for item in items)
    # A check's cell is the same for all its records; a fault of the spec is found by its cell alone.
    cell = _common(item.cell for item in items) if all(item.form or item.dataset for item in items) else ""
    own = tuple(replace(item, cell="" if cell else item.cell, action="" if action else item.action) for item in items)
    return Group(first.severity, first.code, rule.title if rule else "", why, action, cell, own)


def _common(values: Iterable[str]) -> str:
    """The one value that all have, or blank."""
    distinct = set(values)
    return distinct.pop() if len(distinct) == 1 else ""


def findings_lines(findings: Iterable[Finding]) -> Iterator[str]:
    """All findings as lines of text, by code: what was found where, then why it matters and what to do."""
    for group in group_findings(findings):
        yield from _lines(group, [_line(item) for item in group.items])


def findings_digest(findings: Iterable[Finding]) -> Iterator[str]:
    """The same in short: one line for records with the same fault, and of each code the first of them only.

    Of errors the first twenty faults are listed, of warnings and notes the first one.
    """
    for group in group_findings(findings):
        faults: dict[tuple[str, str, str], list[Finding]] = {}
        for item in group.items:
            faults.setdefault((item.cell, item.what, item.action), []).append(item)
        shown = list(faults.values())[: DIGEST[group.severity]]
        lines = [_line(items[0], f" and {len(items) - 1} more" if len(items) > 1 else "") for items in shown]
        left = len(group.items) - sum(map(len, shown))
        yield from _lines(group, [*lines, f"  ... and {left} more"] if left else lines)


def _lines(group: Group, lines: Iterable[str]) -> Iterator[str]:
    cell = f"  [{group.cell}]" if group.cell else ""
    yield f"{group.severity} {group.code}  {group.heading}{cell}"
    yield from lines
    if group.why:
        yield f"    why: {group.why}"
    if group.action:
        yield f"    do:  {group.action}"


def _line(item: Finding, others: str = "") -> str:
    return f"  {item.where or 'study'}{others}: {item.what} {item.action}".rstrip()


def rules_markdown(rules: Iterable[Rule]) -> str:
    """The reference of finding codes as Markdown: a table for each prefix of the codes."""
    rooms: dict[str, list[Rule]] = {room: [] for room in _ROOMS}
    for rule in sorted(rules, key=lambda rule: rule.code):
        rooms.setdefault(rule.code.split("-")[0], []).append(rule)
    lines = [_REFERENCE]
    for room, own in rooms.items():
        title, introduction = _ROOMS.get(room, (room, "Found by `studyspec`."))
        lines += [
            f"## {title}",
            "",
            introduction,
            "",
            "| code | severity | what | why | what to do |",
            "|---|---|---|---|---|",
        ]
        for rule in own:
            cells = (rule.code, rule.severity, rule.title, rule.why, rule.action)
            lines.append(f"| {' | '.join(_plain(cell) for cell in cells)} |")
        lines.append("")
    return "\n".join(lines)


def _plain(text: str) -> str:
    return text.replace("|", "\\|").replace("*", "\\*").replace("<", "&lt;")


def findings_html(findings: Sequence[Finding], title: str) -> str:
    """A page that needs nothing else: counts, then one table per code with what, where, why and what to do."""
    body = "\n".join(_section(group) for group in group_findings(findings))
    summary = count_findings(findings)
    return _PAGE.format(title=html.escape(title), summary=summary, body=body or "<p>Nothing was found.</p>")


def _section(group: Group) -> str:
    cells = ((item.where or "study", f"{item.what} {item.action}".rstrip()) for item in group.items)
    rows = "\n".join(f"<tr><td>{html.escape(where)}</td><td>{html.escape(what)}</td></tr>" for where, what in cells)
    stated = (("Why", group.why), ("What to do", group.action), ("Cell of the rule", group.cell))
    facts = "".join(f"<dt>{name}</dt><dd>{html.escape(text)}</dd>" for name, text in stated if text)
    opened = "" if group.severity == "note" else " open"
    return (
        f'<details{opened} class="{group.severity}"><summary>{group.severity} {html.escape(group.code)} '
        f"<span>{html.escape(group.heading)}</span></summary><dl>{facts}</dl>"
        '<table><thead><tr><th scope="col">Where</th><th scope="col">What</th></tr></thead>'
        f"<tbody>\n{rows}\n</tbody></table></details>"
    )


_REFERENCE = """# Findings

Every finding says what is wrong, where, why it matters, and what to do. This page lists the codes of the engine. It is
written by `studyspec rules` from the rules themselves; do not edit it. A study's own checks (sheet Checks) have the
codes that the workbook gives them.

- **error**: no dataset and no table is replaced; the command ends with exit status 1, or 2 when a spec or the extract
  cannot be read at all.
- **warning**: somebody should look, and often query the site.
- **note**: what was done, for the record.
"""
_ROOMS = {
    "STUDY": ("The study's folder", "Found by every command."),
    "SPEC": ("The workbooks sdtm.xlsx and adam.xlsx", "Found by `studyspec check` and `studyspec build`, by cell."),
    "TLF": ("The workbook tlf.xlsx", "TLF-0xx are found by `check` and `build`, TLF-1xx by `build` while counting."),
    "RAW": (
        "The raw extract",
        "Found by `studyspec check` and `studyspec build`, by file; RAW-02x by `studyspec extract`.",
    ),
    "DATA": ("The data", "Found by `studyspec build`, by raw record and output record."),
    "BUILD": ("The build", "Found by `studyspec build`."),
    "DEF": (
        "The define.xml",
        "Found by `studyspec define` and `studyspec package`, by line or by element; DEF-2xx by `studyspec spec`.",
    ),
    "CHECK": (
        "The conformance check",
        "Found by `studyspec check` beside the [conformance rules](conformance.md), which have a page of their own.",
    ),
    "PKG": (
        "The submission package",
        "Found by `studyspec package`, by path below m5; PKG-03x by `studyspec package --verify`.",
    ),
    "GUIDE": ("The reviewer's guides", "Found by `studyspec package` and `studyspec guide`, in the sheet Guide."),
    "REPORT": ("The page", "Found by `studyspec report`, by display, line and column."),
    "CMP": ("Comparisons", "Found when data sets are compared."),
    "SAS": ("The SAS hand-over", "Found when SAS programs are written."),
}
_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif; }}
body {{ max-width: 75rem; margin: 2rem auto; padding: 0 1rem; }}
summary {{ font-weight: 600; cursor: pointer; padding: .4rem 0; }}
summary span {{ font-weight: 400; }}
details {{ border-left: 4px solid #8888; padding-left: .8rem; margin: .6rem 0; }}
details.error {{ border-color: #c62828; }} details.warning {{ border-color: #e69b00; }}
dl {{ display: grid; grid-template-columns: max-content 1fr; gap: .1rem .8rem; margin: .2rem 0 .6rem; }}
dt {{ opacity: .75; }} dd {{ margin: 0; }}
table {{ border-collapse: collapse; width: 100%; table-layout: fixed; }}
th, td {{ text-align: left; vertical-align: top; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid #8884; }}
th:first-child {{ width: 38%; }}
td, dd {{ overflow-wrap: anywhere; }}
@media (max-width: 40rem) {{
  dl, tr, td {{ display: block; }} thead {{ display: none; }}
  tr {{ border-bottom: 1px solid #8884; padding: .3rem 0; }}
  td {{ border: 0; padding: 0; }} td:first-child {{ opacity: .75; }}
}}
</style></head><body>
<h1>{title}</h1><p>{summary}.</p>
{body}
</body></html>
"""
