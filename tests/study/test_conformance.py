"""What a reviewer checks on the built study: rules between variables and datasets that no single cell states."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

import pandas as pd
import pytest
from tests.study.reference import ROOT, committed, study

from studyspec.build.partition import Built
from studyspec.raw.read import read_extract
from studyspec.run import build_study
from studyspec.spec.model import Spec


@pytest.fixture(scope="module")
def built() -> Built:
    return committed().built


def sdtm() -> Spec:
    assert study().sdtm is not None
    return study().sdtm


def adam() -> Spec:
    found = study().adam
    assert found is not None
    return found


def table(built: Built, dataset: str) -> pd.DataFrame:
    """All variables of a dataset, supplementals included."""
    spec = adam() if dataset in adam().datasets else sdtm()
    return built.records[dataset].frame(item.name for item in spec.variables_of[dataset])


def rows(table: pd.DataFrame, *columns: str) -> set[tuple[object, ...]]:
    return set(zip(*(table[name] for name in columns), strict=True))


@pytest.mark.parametrize("domain", ["AE", "CM", "EX", "DS", "MH", "GF", "RS", "VS"])
def test_every_date_of_a_domain_has_its_study_day(domain: str) -> None:
    names = [item.name for item in sdtm().variables_of[domain] if not item.supplemental]
    dates = [name for name in names if re.fullmatch(rf"{domain}(ST|EN)?DTC", name)]
    assert dates != []
    assert [name for name in dates if name.removesuffix("DTC") + "DY" not in names] == []


@pytest.mark.parametrize("domain", ["AE", "EX", "DS", "GF", "RS", "VS"])
def test_what_happens_during_the_study_has_an_epoch(domain: str) -> None:
    assert "EPOCH" in [item.name for item in sdtm().variables_of[domain]]


def test_every_death_is_a_death_in_dm_ds_and_adsl(built: Built) -> None:
    dm, ds, ae, adsl = (table(built, name) for name in ("DM", "DS", "AE", "ADSL"))
    dead = rows(dm[dm["DTHFL"] == "Y"], "USUBJID", "DTHDTC")
    assert rows(ds[ds["DSDECOD"] == "DEATH"], "USUBJID", "DSSTDTC") == dead
    fatal = set(ae.loc[(ae["AEOUT"] == "FATAL") | (ae["AESDTH"] == "Y"), "USUBJID"])
    assert fatal <= {subject for subject, _ in dead}
    assert set(adsl.loc[adsl["DTHDT"].notna(), "USUBJID"]) == {subject for subject, _ in dead}


def test_consent_in_dm_is_the_consent_milestone(built: Built) -> None:
    dm, ds = table(built, "DM"), table(built, "DS")
    milestone = rows(ds[ds["DSDECOD"] == "INFORMED CONSENT OBTAINED"], "USUBJID", "DSSTDTC")
    assert rows(dm[dm["RFICDTC"] != ""], "USUBJID", "RFICDTC") == milestone


@cache
def forms() -> dict[str, pd.DataFrame]:
    """The committed extract."""
    extract, _ = read_extract(ROOT / "raw")
    assert extract is not None
    return extract.forms


def with_forms(**changes: Callable[[pd.DataFrame], pd.DataFrame]) -> Built:
    """Site 104 of the committed extract, built with some forms changed."""
    site = {name: frame[frame["SITENO"] == "104"] if "SITENO" in frame else frame for name, frame in forms().items()}
    site = {name: frame.reset_index(drop=True) for name, frame in site.items()}
    site |= {form: change(site[form]) for form, change in changes.items()}
    return build_study(study(), site)


def no_end_times(log: pd.DataFrame) -> pd.DataFrame:
    return log.assign(ENTIM="")


@pytest.mark.parametrize("change", [None, no_end_times])
def test_exposure_in_dm_is_that_of_ex(built: Built, change: Callable[[pd.DataFrame], pd.DataFrame] | None) -> None:
    """RFXENDTC is the latest start or end: a last infusion without an end time still has its start time."""
    found = with_forms(isa_admin=change) if change else built
    dm, ex = table(found, "DM"), table(found, "EX")
    ends = (
        ex.assign(last=ex[["EXSTDTC", "EXENDTC"]].max(axis=1)).groupby("USUBJID").agg({"EXSTDTC": "min", "last": "max"})
    )
    assert change is None or (ends["last"].str.len() > len("2021-02-20")).any(), "no last infusion with a start time"
    expected = rows(ends.reset_index(), "USUBJID", "EXSTDTC", "last")
    assert rows(dm[dm["RFXSTDTC"] != ""], "USUBJID", "RFXSTDTC", "RFXENDTC") == expected


@pytest.mark.parametrize("dataset", ["ADSL", "ADAE"])
def test_a_number_and_its_text_go_together(built: Built, dataset: str) -> None:
    names = [item.name for item in adam().variables_of[dataset]]
    pairs = [(name[:-1], name) for name in names if name.endswith("N") and name[:-1] in names]
    shortened = [("CYTORISK", "CYTORSKN"), ("NPRIORGR", "NPRIORGN"), ("AEITOXGR", "AEITOXGN")]
    pairs += [pair for pair in shortened if pair[0] in names]
    records = table(built, dataset)
    for text, number in pairs:
        seen = records[[text, number]].drop_duplicates()
        assert not seen[text].duplicated().any()
        assert not seen[number].duplicated().any()
        assert ((seen[text] == "") == seen[number].isna()).all()


def test_adae_repeats_what_adsl_calls_common(built: Built) -> None:
    common = [item.name for item in adam().variables_of["ADSL"] if item.common]
    assert [name for name in common if name not in table(built, "ADAE")] == []
    both = table(built, "ADAE").merge(table(built, "ADSL"), on="USUBJID", suffixes=("", "_adsl"))
    for name in common:
        if name != "USUBJID":
            pd.testing.assert_series_equal(both[name], both[f"{name}_adsl"], check_names=False)


def test_an_empty_variable_is_declared_so(built: Built) -> None:
    """define.xml marks variables without data; the reference study has no others."""
    for spec in (sdtm(), adam()):
        for dataset, variables in spec.variables_of.items():
            records = table(built, dataset)
            empty = {name for name in records if (records[name].isna() | records[name].isin([""])).all()}
            declared = {item.name for item in variables if item.has_no_data}
            # The registry has room for a fourth drug of a regimen; nobody of this extract needed it.
            assert empty - {"CMDRUG4"} == declared, dataset


def test_a_drug_without_dates_still_makes_the_regimen() -> None:
    def no_dates(log: pd.DataFrame) -> pd.DataFrame:
        assert (log["SUBJNO"] == "0002").any()
        return log.assign(STDT="", ENDT="")

    adsl = table(with_forms(pom_log=no_dates), "ADSL").set_index("USUBJID").loc["IONASYN01-104-0002"]
    assert (adsl["ACTARM"], adsl["TRT01A"], adsl["TRT01AN"]) == ("Isa-Pd", "Isa-Pd", 1)


def one_death(form: pd.DataFrame) -> pd.DataFrame:
    """Subject 104-0002 died on 2021-09-20, nobody else did."""
    record = dict.fromkeys(form.columns, "")
    record |= {"STUDY": "IONASYN01", "SITENO": "104", "SUBJNO": "0002", "FORM": "death", "DTHDT": "20-SEP-2021"}
    return pd.DataFrame([record], columns=form.columns, dtype="str")


def previous_number_nobody_has(enrol: pd.DataFrame) -> pd.DataFrame:
    moved = enrol["SUBJNO"] == "0002"
    return enrol.assign(PREVSITE=moved.map({True: "999", False: ""}), PREVSUBJ=moved.map({True: "0001", False: ""}))


REVIEWED = {"AE01", "AE02", "AE03", "DM01"}
OUTCOMES = {
    "1": ("Not recovered", "12-SEP-2021"),
    "2": ("Resolved", ""),
    "3": ("Fatal", ""),
    "4": ("Fatal", "19-SEP-2021"),
    "5": ("Fatal", "UN-SEP-2021"),
    "6": ("Fatal", "20-SEP-2021"),
    "7": ("Not recovered", ""),
    "8": ("Resolved", "12-SEP-2021"),
}


def outcomes(ae: pd.DataFrame) -> pd.DataFrame:
    """One entry of subject 104-0002 for each of OUTCOMES."""
    first = ae[ae["SUBJNO"] == "0002"].iloc[[0] * len(OUTCOMES)].reset_index(drop=True)
    out, end = zip(*OUTCOMES.values(), strict=True)
    return first.assign(AENUM=list(OUTCOMES), OUT=out, OUTC="", ENDT=end, STDT="01-SEP-2021").astype("str")


def test_contradictions_in_the_raw_data_are_found_and_nothing_else() -> None:
    found = with_forms(death=one_death, enrol=previous_number_nobody_has, ae=outcomes)
    hits = sorted((item.code, item.form, item.record) for item in found.findings if item.code in REVIEWED)
    assert hits == [("AE01", "ae", 1), ("AE02", "ae", 2), ("AE03", "ae", 3), ("AE03", "ae", 4), ("DM01", "enrol", 2)]


def test_no_such_contradiction_is_in_the_committed_extract(built: Built) -> None:
    assert [str(item) for item in built.findings if item.code in REVIEWED] == []
