"""The reference of conformance rules: docs/conformance.md."""

from __future__ import annotations

from studyspec.checks.conformance import registered
from studyspec.checks.rule import ConformanceRule

_FAMILIES = {
    "TRC": "Technical rejection",
    "CT": "Controlled terminology",
    "SD-1": "SDTM: datasets and variables",
    "SD-2": "SDTM: identifiers and text",
    "SD-3": "SDTM: dates and study days",
    "SD-4": "SDTM: Demographics",
    "SD-5": "SDTM: exposure and other interventions",
    "SD-6": "SDTM: adverse and other events",
    "SD-7": "SDTM: disposition",
    "SD-8": "SDTM: supplemental qualifiers and relationships",
    "SD-9": "SDTM: trial design",
    "AD-1": "ADaM: variables",
    "AD-2": "ADaM against SDTM and ADSL",
    "AD-3": "ADaM: occurrences",
    "AD-4": "ADaM: parameters and times to events",
    "DD": "define.xml against data",
}
_INTRODUCTION = """# Conformance rules

`studyspec check` holds a built study against the rules below: the transport files as a regulator would receive
them, their define.xml, and the specs. This page is written by `studyspec rules --conformance`; do not edit it.

An **error** has to be corrected or explained. A **warning** should be looked at; an explanation helps the reviewer.
A **note** says what was not compared, or what is unusual but allowed.

- **Report**: `conformance.html`, `.xlsx` (Summary, Datasets, Issue Summary, Issue Details, Rules) and `.json` in
  `build/checks/`.
- **Exit status**: 1 when an error is not explained.
- **A finding that stays** gets a row in the sheet Explained of the workbook: Rule | Dataset | Variable | Comment.
  Dataset and Variable may be blank: then any. Comment is an ID of the sheet Comments; its text goes into the report
  and the reviewer's guide. A row that no finding needs is a warning (CHECK-001).
- **CDISC CORE**: `studyspec check --core CACHE --core-python PYTHON` also runs CDISC's own engine where you have it,
  and adds what it finds under its own rule ids. CACHE is the folder `resources/cache` of a CORE release; PYTHON is a
  Python 3.12 with `cdisc-rules-engine` installed. Neither comes with studyspec; without them the report says "not run".

Sources: CORE-... are rules of the CDISC CORE engine, CG... of CDISC's conformance rules for SDTMIG, AD0... of those for
ADaM, FB... FDA business rules, TRC... FDA technical rejection criteria, P21 ... rules of Pinnacle 21. The wording is
ours. `--` stands for a domain's two letters, as in the guides.
"""


def conformance_markdown() -> str:
    """All rules as Markdown, a table for each family."""
    ordered = sorted(registered().values(), key=lambda rule: rule.id)
    lines = [_INTRODUCTION]
    for prefix, heading in _FAMILIES.items():
        own = [rule for rule in ordered if rule.id.startswith(prefix)]
        lines += [f"## {heading}", "", "| rule | severity | found | what must hold | what to do | source |"]
        lines += ["|---|---|---|---|---|---|", *(_line(rule) for rule in own), ""]
    return "\n".join(lines)


def _line(rule: ConformanceRule) -> str:
    cells = (rule.id, rule.severity, rule.message, rule.condition, rule.action, ", ".join(rule.sources))
    return f"| {' | '.join(_plain(cell) for cell in cells)} |"


def _plain(text: str) -> str:
    return text.replace("|", "\\|").replace("*", "\\*")
