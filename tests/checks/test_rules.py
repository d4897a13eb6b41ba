"""Every conformance rule: the records that it finds, and what it leaves alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.checks import cases_adam, cases_domains, cases_sdtm
from tests.checks.cases import Case, found, places
from tests.checks.test_define import RULES_TESTED as DEFINE_RULES

from studyspec.checks.conformance import registered
from studyspec.checks.reference import conformance_markdown
from studyspec.checks.rule import rule

GROUPS = [
    *(cases_sdtm.STRUCTURE, cases_sdtm.IDENTIFIERS, cases_sdtm.DATES, cases_sdtm.DESIGN, cases_sdtm.TECHNICAL),
    *(cases_domains.DM, cases_domains.EX, cases_domains.AE, cases_domains.CODING, cases_domains.DS, cases_domains.SUPP),
    *(cases_adam.TERMS, cases_adam.VARIABLES, cases_adam.TRACEABILITY, cases_adam.OCCURRENCES, cases_adam.PARAMETERS),
]
CASES = [case for group in GROUPS for case in group]
PAGE = Path(__file__).resolve().parents[2] / "docs" / "conformance.md"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_a_rule_finds_the_records_that_break_it(case: Case) -> None:
    assert places(found(case.rule, case.bad_package())) == case.at.split(", ")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_a_rule_leaves_alone_what_is_right(case: Case) -> None:
    assert found(case.rule, case.good_package()) == []


def test_every_rule_has_a_case() -> None:
    assert sorted(registered()) == sorted({case.rule for case in CASES} | set(DEFINE_RULES))


def test_every_rule_says_what_must_hold_where_it_comes_from_and_what_to_do() -> None:
    for item in registered().values():
        assert item.condition.endswith("."), item.id
        assert item.action.endswith("."), item.id
        assert item.sources, item.id
        assert item.message, item.id


def test_two_rules_cannot_have_one_id() -> None:
    with pytest.raises(ValueError, match="SD-101 is given twice"):
        rule("SD-101", "", "error", "", "")(lambda package: [])


def test_the_page_of_the_rules_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == conformance_markdown()


# Rules of CDISC, FDA and Pinnacle 21 that apply to the domains and structures built here.
CITED = """
CORE-000355 CORE-000356 CORE-000334 CORE-000550 CORE-000852 CORE-001082 CORE-000019 CORE-000182 CORE-000180
CORE-000598 CORE-000579 CORE-000172 CORE-000201 CORE-000544 CORE-000867 CORE-000890 CORE-000594 CORE-000529
CORE-000552 CORE-000553 CORE-000138 CORE-000139 CORE-000718 CORE-000321 CORE-000328 CORE-000862 CORE-000864
CORE-000892 CORE-000701 CORE-000581 CORE-000186 CORE-000351 CORE-000189 CORE-000190 CORE-000310 CORE-001043
CORE-000191 CORE-000711 CORE-000714 CORE-000713 CORE-000238 CORE-000239 CORE-000006 CORE-000007 CORE-000705
CORE-000253 CORE-000254 CORE-000252 CORE-000119 CORE-000120 CORE-000045 CORE-000121 CORE-000318 CORE-000791
CORE-000210 CORE-000845 CORE-000885 CORE-000886 CORE-000296 CORE-000010 CORE-000739 CORE-000005 CORE-000092
CORE-000093 CORE-000094 CORE-000308 CORE-000927 CORE-000022 CORE-000266 CORE-000087 CORE-000123 CORE-000012
CORE-000013 CORE-000075 CORE-000657 CORE-000659 CORE-000841 CORE-000717 CORE-001078 CORE-000161 CORE-000164
CORE-000267 CORE-000268 CORE-000706 CORE-000723 CORE-000719 CORE-000184 CORE-000716 CORE-000362 CORE-000264
CORE-000522 CORE-000033 CORE-000034 CORE-000363 CORE-000370 CORE-000213 CORE-000679 CORE-000913 CORE-000134
CORE-000218 CORE-000135 CORE-000206 CORE-000712 CORE-000203 CORE-000221 CORE-000222 CORE-000302 CORE-000783
CORE-000538 CORE-000457 CORE-000211 CORE-000597 CORE-000560 AD0005 AD0006 AD0010 AD0013 AD0014 AD0016 AD0017 AD0019
AD0020 AD0021 AD0022 AD0023 AD0024 AD0025 AD0039 AD0041 AD0046 AD0047 AD0049 AD0050 AD0051 AD0052 AD0053 AD0054 AD0055
AD0060 AD0061 AD0064 AD0070 AD0895 TRC1734 TRC1735 TRC1736 P21 CT2001 P21 CT2002 P21 SD0003 P21 SD0063 P21 SD1082
"""


def test_the_rules_of_cdisc_and_fda_that_apply_are_cited() -> None:
    wanted = {text if text[:2] not in ("CT", "SD") else f"P21 {text}" for text in CITED.split() if text != "P21"}
    assert wanted - {source for item in registered().values() for source in item.sources} == set()
