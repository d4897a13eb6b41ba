"""Findings as files: a CSV for machines and Excel, an HTML page for people."""

from __future__ import annotations

import csv
import html
import io
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from studyspec.findings import SEVERITIES, Finding

COLUMNS = ("severity", "code", "where", "what", "why", "action", "cell", "form", "record", "dataset", "usubjid", "seq")


def write_findings(findings: Sequence[Finding], folder: Path, title: str) -> None:
    """Write findings.csv and findings.html into `folder`, in the order of `Finding.sort_key`."""
    ordered = sorted(findings, key=Finding.sort_key)
    (folder / "findings.csv").write_text(findings_csv(ordered), encoding="utf-8", newline="")
    (folder / "findings.html").write_text(findings_html(ordered, title), encoding="utf-8", newline="\n")


def findings_csv(findings: Sequence[Finding]) -> str:
    """One line per finding; numbers that do not apply are blank."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for finding in findings:
        writer.writerow([getattr(finding, name) or "" for name in COLUMNS])
    return text.getvalue()


def findings_html(findings: Sequence[Finding], title: str) -> str:
    """A page that needs nothing else: counts, then one table per code with what, where, why and what to do."""
    counts = Counter(finding.severity for finding in findings)
    summary = ", ".join(f"{counts[severity]} {severity}{'s' * (counts[severity] != 1)}" for severity in SEVERITIES)
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.code, []).append(finding)
    body = "\n".join(_group(code, items) for code, items in groups.items())
    heading = html.escape(title)
    return _PAGE.format(title=heading, summary=summary, body=body or "<p>Nothing was found.</p>")


def _group(code: str, findings: Sequence[Finding]) -> str:
    first = findings[0]
    rows = "\n".join(
        f"<tr><td>{html.escape(item.where)}</td><td>{html.escape(item.what)}</td><td>{html.escape(item.action)}</td></tr>"
        for item in findings
    )
    why = f"<p>{html.escape(first.why)}</p>" if first.why else ""
    return (
        f'<details open class="{first.severity}"><summary>{html.escape(code)} '
        f"<span>{first.severity}, {len(findings)}</span></summary>{why}"
        '<table><thead><tr><th scope="col">Where</th><th scope="col">What</th><th scope="col">What to do</th></tr>'
        f"</thead><tbody>\n{rows}\n</tbody></table></details>"
    )


_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif; }}
body {{ max-width: 75rem; margin: 2rem auto; padding: 0 1rem; }}
summary {{ font-weight: 600; cursor: pointer; padding: .4rem 0; }}
summary span {{ font-weight: 400; opacity: .75; }}
details {{ border-left: 4px solid #8888; padding-left: .8rem; margin: .6rem 0; }}
details.error {{ border-color: #c62828; }} details.warning {{ border-color: #e69b00; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ text-align: left; vertical-align: top; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid #8884; }}
td {{ overflow-wrap: anywhere; }}
</style></head><body>
<h1>{title}</h1><p>{summary}.</p>
{body}
</body></html>
"""
