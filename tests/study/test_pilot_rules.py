"""What the specs of the CDISC pilot (examples/cdiscpilot01) decide, and that their checks find what they say."""

from __future__ import annotations

import re
from collections.abc import Callable

import pandas as pd
import pytest

from study.pilot import PILOT, pilot, specs
from studyspec.derive.reference import example_of
from studyspec.derive.registry import Function
from studyspec.findings import Finding
from studyspec.run import build_study
from studyspec.study import check_study

ARMS = ("Pbo", "Xan_Lo", "Xan_Hi")
LEAST_IN_ARM = 3
POOLED = "900"
# A subject in whom nothing is changed.
OTHER = "01-701-1034"


def columns(dataset: str, *names: str) -> pd.DataFrame:
    """Variables of a built dataset."""
    return pilot().built.datasets[dataset][list(names)]


def with_value(form: str, rows: Callable[[pd.DataFrame], pd.Series], column: str, value: str) -> pd.DataFrame:
    """A received form in which one column of some records has another value."""
    frame = pilot().forms[form].copy()
    chosen = rows(frame)
    assert chosen.any()
    frame.loc[chosen, column] = value
    return frame


def found(findings: list[Finding], code: str) -> set[str]:
    """The subjects for which a check found something."""
    return {item.usubjid for item in findings if item.code == code}


def test_the_specs_have_no_errors_before_any_data_are_there() -> None:
    study, findings = specs()
    assert [str(item) for item in [*findings, *check_study(study, None)] if item.severity == "error"] == []


def test_the_specs_fit_the_data_that_arrived() -> None:
    study, forms = pilot().study, pilot().forms
    assert [str(item) for item in check_study(study, forms) if item.code in ("SPEC-147", "SPEC-148")] == []
    assert [str(item) for item in pilot().built.findings if item.severity == "error"] == []


def test_every_row_of_the_displays_belongs_to_the_analysis_result_of_its_variables() -> None:
    study, _ = specs()
    assert [str(item) for item in check_study(study, None) if item.code in ("TLF-034", "TLF-035")] == []


@pytest.fixture
def titrated_dose() -> Function:
    return specs()[0].registry["titrated_dose"]


def test_the_example_of_the_titrated_dose_is_true(titrated_dose: Function) -> None:
    example = example_of(titrated_dose)
    assert example is not None
    table = pd.DataFrame(example.rows, columns=list(example.header)).apply(pd.to_numeric, errors="coerce")
    days = [table[name] for name in ("TRTSDT", "TRTEDT", "UP", "DOWN")]
    result = titrated_dose.call(*days, low=54.0, high=81.0)
    pd.testing.assert_series_equal(result, table["result"].astype("float64"), check_names=False)


def day_by_day(start: int, end: int, up: int | None, down: int | None) -> int:
    """The planned dose, added up one day after the other."""
    return sum(
        81 if up is not None and day > up and (down is None or day <= down) else 54 for day in range(start, end + 1)
    )


@pytest.mark.parametrize("up", [None, 14, 15])
@pytest.mark.parametrize("down", [None, 30, 31])
@pytest.mark.parametrize("end", [1, 13, 14, 15, 16, 29, 30, 31, 32, 60])
def test_the_titrated_dose_is_the_sum_of_its_days(
    titrated_dose: Function, end: int, up: int | None, down: int | None
) -> None:
    days = [pd.Series([day], dtype="float64") for day in (1, end, up, down)]
    assert titrated_dose.call(*days, low=54.0, high=81.0).tolist() == [day_by_day(1, end, up, down)]


def test_pooled_sites_are_those_where_an_arm_has_less_than_three_subjects() -> None:
    dm = pilot().forms["dm"]
    randomised = dm[dm["ARMCD"].isin(ARMS)]
    counts = pd.crosstab(randomised["SITEID"], randomised["ARMCD"])
    small = set(counts.index[(counts < LEAST_IN_ARM).any(axis=1)])
    adam = pilot().study.adam
    assert adam is not None
    terms = {term.term: set(term.synonyms) for term in adam.codelists["SITEGR1"].terms}
    assert terms.pop(POOLED) == small
    assert set(terms) == set(counts.index) - small


def at_site(site: str) -> set[str]:
    """The randomised subjects of a site."""
    dm = pilot().forms["dm"]
    return set(dm.loc[(dm["SITEID"] == site) & dm["ARMCD"].isin(ARMS), "USUBJID"])


def test_a_site_that_has_become_too_small_is_found() -> None:
    subjects = at_site("713")
    assert found(pilot().rebuilt(subjects | {OTHER}, {}).findings, "SITE01") == {OTHER}
    left = subjects - {"01-713-1179"}
    assert found(pilot().rebuilt(left, {}).findings, "SITE01") == left
    assert found(pilot().built.findings, "SITE01") == found(pilot().built.findings, "SITE02") == set()


def test_a_pooled_site_that_has_become_large_enough_is_found() -> None:
    subjects, newcomer = at_site("715"), "01-716-1418"
    moved = with_value("dm", lambda dm: dm["USUBJID"] == newcomer, "SITEID", "715")
    assert found(pilot().rebuilt(subjects, {}).findings, "SITE02") == set()
    assert found(pilot().rebuilt(subjects | {newcomer}, {"dm": moved}).findings, "SITE02") == subjects | {newcomer}


@pytest.mark.parametrize(
    ("flag", "qnam"),
    [
        ("ITTFL", "ITT"),
        ("SAFFL", "SAFETY"),
        ("EFFFL", "EFFICACY"),
        ("COMP8FL", "COMPLT8"),
        ("COMP16FL", "COMPLT16"),
        ("COMP24FL", "COMPLT24"),
    ],
)
def test_population_flags_are_those_of_suppdm(flag: str, qnam: str) -> None:
    adsl = columns("ADSL", "USUBJID", flag)
    supp = pilot().forms["suppdm"]
    said = set(supp.loc[(supp["QNAM"] == qnam) & (supp["QVAL"] == "Y"), "USUBJID"])
    assert set(adsl.loc[adsl[flag] == "Y", "USUBJID"]) == said
    assert set(adsl[flag]) <= {"Y", "N"}


def test_a_flag_that_suppdm_contradicts_is_found() -> None:
    subject = "01-701-1015"
    supp = pilot().forms["suppdm"]
    fewer = supp[~((supp["USUBJID"] == subject) & (supp["QNAM"] == "EFFICACY"))].reset_index(drop=True)
    findings = pilot().rebuilt({subject, OTHER}, {"suppdm": fewer}).findings
    assert found(findings, "POP03") == {subject}
    assert not any(found(findings, code) for code in ("POP01", "POP02", "POP04", "POP05", "POP06"))


def test_a_dose_that_is_not_the_planned_one_is_found() -> None:
    subject = "01-701-1028"
    changed = with_value("ex", lambda ex: (ex["USUBJID"] == subject) & (ex["EXSEQ"] == "1"), "EXDOSE", "81")
    assert found(pilot().rebuilt({subject, OTHER}, {"ex": changed}).findings, "EXP02") == {subject}
    assert found(pilot().built.findings, "EXP02") == set()


def test_treatment_that_does_not_start_at_the_baseline_visit_is_found() -> None:
    subject = "01-701-1015"
    changed = with_value("sv", lambda sv: (sv["USUBJID"] == subject) & (sv["VISITNUM"] == "3"), "SVSTDTC", "2014-01-03")
    assert found(pilot().rebuilt({subject, OTHER}, {"sv": changed}).findings, "EXP01") == {subject}


def test_an_unclosed_last_interval_ends_with_the_study() -> None:
    ex = pilot().forms["ex"]
    last = ex.loc[pd.to_numeric(ex["EXSEQ"]).groupby(ex["USUBJID"]).idxmax()]
    unclosed = set(last.loc[last["EXENDTC"] == "", "USUBJID"])
    assert found(pilot().built.findings, "EXP03") == unclosed
    adsl = columns("ADSL", "USUBJID", "TRTEDT", "RFENDT").set_index("USUBJID").loc[sorted(unclosed)]
    assert (adsl["TRTEDT"] == adsl["RFENDT"]).all()


def test_bmi_group_is_blank_without_a_bmi() -> None:
    adsl = columns("ADSL", "USUBJID", "BMIBL", "BMIBLGR1")
    without = adsl[adsl["BMIBL"].isna()]
    assert without["USUBJID"].tolist() == ["01-702-1082"]
    assert without["BMIBLGR1"].tolist() == [""]


def test_duration_counts_from_an_imputed_start() -> None:
    adae = columns("ADAE", "ASTDT", "ASTDTF", "AENDT", "ADURN", "ADURU")
    both = adae[adae["ASTDT"].notna() & adae["AENDT"].notna()]
    assert (both["ADURN"] == both["AENDT"] - both["ASTDT"] + 1).all()
    assert (both["ADURU"] == "DAY").all()
    assert (both["ASTDTF"] == "D").sum() == 4
    assert adae.loc[~adae.index.isin(both.index), "ADURN"].isna().all()


def test_events_with_a_criterion_of_seriousness_that_are_not_serious_are_listed() -> None:
    ae = pilot().forms["ae"]
    criteria = ["AESCAN", "AESCONG", "AESDISAB", "AESDTH", "AESHOSP", "AESLIFE", "AESOD"]
    contradicting = ae[(ae["AESER"] == "N") & (ae[criteria] == "Y").any(axis=1)]
    listed = {(item.usubjid, item.seq) for item in pilot().built.findings if item.code == "AE01"}
    assert listed == set(zip(contradicting["USUBJID"], contradicting["AESEQ"].astype(int), strict=True))


def test_the_result_does_not_depend_on_partitions() -> None:
    parts = build_study(pilot().study, pilot().forms, partitions=5)
    for name in ("ADSL", "ADAE"):
        pd.testing.assert_frame_equal(parts.datasets[name], pilot().built.datasets[name])
    assert parts.findings == pilot().built.findings


def test_the_readme_counts_the_values_that_are_compared() -> None:
    page = (PILOT / "README.md").read_text(encoding="utf-8")
    explained = pd.read_csv(PILOT / "explained.csv", dtype="str")["dataset"].value_counts()
    for dataset in ("ADSL", "ADAE"):
        frame = pilot().built.datasets[dataset]
        unequal = int(explained[dataset])
        figures = (*frame.shape, frame.size, frame.size - unequal, unequal)
        assert f"| {dataset} | {' | '.join(f'{figure:,}' for figure in figures)} |" in page


def test_the_readme_explains_every_difference_that_the_file_of_explanations_names() -> None:
    page = (PILOT / "README.md").read_text(encoding="utf-8")
    rows = pd.read_csv(PILOT / "explained.csv", dtype="str", keep_default_na=False)
    for row in rows.itertuples():
        subject, sequence = re.fullmatch(r"USUBJID=(\S+)(?: AESEQ=(\d+))?", row.id).groups()
        assert re.search(rf"^\| {row.dataset} \| {subject} \| {sequence or ''} *\| {row.variable} \|", page, re.M), row
