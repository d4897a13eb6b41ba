"""The built datasets hold what really happened, for every subject, dose, event and defect.

The truth files come from the simulator, which knows the clean world and shares no code with the engine.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from tests.study.reference import ROOT, Reference, committed, reference

from studyspec.build.supp import number_text
from studyspec.simulate import simulate

# Codes that functions and the engine give to what the simulator calls M04A, M08A, M17.
SAME_FINDING = {"DATA-201": "M04A", "DATA-107": "M08A", "DATA-106": "M17"}
SEEDS = (1, 2, 3)


@pytest.fixture(scope="module", params=["committed", *SEEDS])
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Reference:
    """The committed extract and three others."""
    if request.param == "committed":
        return committed()
    folder = tmp_path_factory.mktemp("raw") / str(request.param)
    simulate(folder, subjects=112, seed=request.param)
    return reference(folder)


def texts(values: pd.Series, format_: str = "") -> list[str]:
    """Values as the truth files write them: dates ISO 8601, whole numbers without a point, missing blank."""
    if format_.startswith("DATE"):
        return ["" if pd.isna(item) else str(date(1960, 1, 1) + timedelta(days=int(item))) for item in values]
    return number_text(values).tolist() if values.dtype == "float64" else values.tolist()


def records(case: Reference, dataset: str, columns: list[str]) -> list[dict[str, str]]:
    """The dataset's records as text, with those of `columns` it has."""
    built = case.built.records[dataset]
    spec = case.study.adam if case.study.adam and dataset in case.study.adam.datasets else case.study.sdtm
    formats = {item.name: item.format for item in spec.variables_of[dataset]}
    found = {name: texts(built[name], formats.get(name, "")) for name in columns if name in built}
    return [dict(zip(found, row, strict=True)) for row in zip(*found.values(), strict=True)]


def assert_equal(found: dict[tuple[str, ...], dict[str, str]], truth: dict[tuple[str, ...], dict[str, str]]) -> None:
    assert sorted(found) == sorted(truth)
    wrong = [
        f"{key} {name}: {found[key][name]!r}, truth {row[name]!r}"
        for key, row in truth.items()
        for name in row
        if name in found[key] and found[key][name] != row[name]
    ]
    assert wrong == []


def test_every_subject_is_as_it_was(case: Reference) -> None:
    columns = list(case.truth["subjects"][0])
    adsl = {(row["USUBJID"],): row for row in records(case, "ADSL", columns)}
    truth = {(row["USUBJID"],): dict(row) for row in case.truth["subjects"]}
    for row, dm in zip(truth.values(), records(case, "DM", ["USUBJID", "RFICDTC", "DTHDTC"]), strict=True):
        consent = adsl[(dm["USUBJID"],)]
        consent["RFICDTC"], consent["DTHDTC"] = dm["RFICDTC"], dm["DTHDTC"]
        row["RETROFL"] = row.pop("RETRO")
    for row in records(case, "ADSL", ["USUBJID", "RETROFL"]):
        adsl[(row["USUBJID"],)]["RETROFL"] = row["RETROFL"]
    missing = set(next(iter(truth.values()))) - set(next(iter(adsl.values())))
    assert missing == set(), "the truth names variables that no dataset has"
    assert_equal(adsl, truth)


def test_every_dose_is_as_it_was(case: Reference) -> None:
    columns = [name for name in case.truth["exposure"][0] if name not in ("FORM", "ROW")]
    built = case.built.records["EX"]
    places = zip(built["_form"], built["_record"].astype(str), strict=True)
    found = dict(zip(places, records(case, "EX", columns), strict=True))
    truth = {(row["FORM"], row["ROW"]): row for row in case.truth["exposure"]}
    assert_equal(found, truth)


def test_every_event_is_as_it_was(case: Reference) -> None:
    columns = [name for name in case.truth["events"][0] if name not in ("FORM", "ROW")]
    ae, adae = records(case, "AE", columns), records(case, "ADAE", columns)
    found = {(row["USUBJID"], row["AESPID"]): dict(row) for row in ae}
    for row in adae:
        found[(row["USUBJID"], row["AESPID"])].update(row)
    built = case.built.records["AE"]
    for row, form, number in zip(ae, built["_form"], built["_record"], strict=True):
        found[(row["USUBJID"], row["AESPID"])].update(FORM=form, ROW=str(number))
    truth = {(row["USUBJID"], row["AESPID"]): row for row in case.truth["events"]}
    missing = set(next(iter(truth.values()))) - set(next(iter(found.values())))
    assert missing == set(), "the truth names variables that no dataset has"
    assert_equal(found, truth)


def test_exposure_parameters_are_those_of_the_doses_that_were_given(case: Reference) -> None:
    days = {"ISATUXIMAB": "ISA", "POMALIDOMIDE": "POM", "CARFILZOMIB": "CAR", "DEXAMETHASONE": "DEX"}
    doses: dict[tuple[str, str], list[tuple[date, date, float]]] = {}
    for row in case.truth["exposure"]:
        first, last = (date.fromisoformat(row[name][:10]) for name in ("EXSTDTC", "EXENDTC"))
        doses.setdefault((row["USUBJID"], days[row["EXTRT"]]), []).append((first, last, float(row["EXDOSE"])))
    truth = {}
    for (usubjid, drug), given in doses.items():
        length = [(last - first).days + 1 if drug in ("POM", "DEX") else 1 for first, last, _ in given]
        whole = (max(last for _, last, _ in given) - min(first for first, _, _ in given)).days + 1
        truth[usubjid, f"{drug}DURW"] = whole / 7
        truth[usubjid, f"{drug}NDOS"] = sum(length)
        truth[usubjid, f"{drug}CUMD"] = sum(dose * count for (_, _, dose), count in zip(given, length, strict=True))
    adex = case.built.datasets["ADEX"]
    keys = zip(adex["USUBJID"], adex["PARAMCD"], strict=True)
    found = {
        key: value for key, value in zip(keys, adex["AVAL"], strict=True) if key[1][3:] in ("DURW", "NDOS", "CUMD")
    }
    assert found == pytest.approx(truth, abs=0.05)


def test_times_to_event_are_those_of_the_events_that_happened(case: Reference) -> None:
    asked = {
        "TTGR3": lambda row: row["AETOXGR"] in ("3", "4", "5"),
        "TTSER": lambda row: row["AESER"] == "Y",
        "TTWDISA": lambda row: row["AEACNISA"] == "DRUG WITHDRAWN",
    }
    treated = {row["USUBJID"] for row in case.truth["subjects"] if row["SAFFL"] == "Y"}
    emergent = [row for row in case.truth["events"] if row["TRTEMFL"] == "Y" and row["USUBJID"] in treated]
    truth = {(row["USUBJID"], cd) for cd, wanted in asked.items() for row in emergent if wanted(row)}
    adtte = case.built.datasets["ADTTE"]
    assert (adtte["AVAL"] >= 1).all()
    happened = adtte[(adtte["CNSR"] == 0) & (adtte["PARAMCD"] != "TTISADC")]
    assert set(zip(happened["USUBJID"], happened["PARAMCD"], strict=True)) == truth
    first = {}
    for row in emergent:
        if row["AETOXGR"] in ("3", "4", "5"):
            day = int(row["ASTDY"] or 1)
            first[row["USUBJID"]] = min(first.get(row["USUBJID"], day), day)
    risk = case.built.datasets["ADSL"].set_index("USUBJID")["RISKDURD"]
    grade3 = happened[happened["PARAMCD"] == "TTGR3"].set_index("USUBJID")["AVAL"]
    assert grade3.to_dict() == {usubjid: min(max(day, 1), risk[usubjid]) for usubjid, day in first.items()}


def test_time_at_risk_begins_with_treatment_and_ends_with_life_or_the_window(case: Reference) -> None:
    adsl = case.built.datasets["ADSL"]
    treated = adsl[adsl["TRTSDT"].notna()]
    assert (treated["RISKEDT"] <= treated["TRTEDT"] + 30).all()
    assert not (treated["RISKEDT"] > treated["DTHDT"]).any()
    assert (treated["RISKDURD"] >= 1).all()
    assert adsl[adsl["TRTSDT"].isna()]["RISKEDT"].isna().all()


def test_every_planted_defect_is_found_and_nothing_else(case: Reference) -> None:
    truth = {(row["CODE"], row["USUBJID"], row["FORM"], row["ROW"]) for row in case.truth["findings"]}
    codes = {code for code, *_ in truth}
    named = {
        (SAME_FINDING.get(item.code, item.code), item.usubjid, item.form, str(item.record))
        for item in case.built.findings
    }
    found = {item for item in named if item[0] in codes}
    assert sorted(found - truth) == []
    assert sorted(truth - found) == []


def test_nothing_is_an_error(case: Reference) -> None:
    assert [str(item) for item in case.built.findings if item.severity == "error"] == []


def test_every_subject_event_and_record_is_accounted_for(case: Reference) -> None:
    ledger = case.built.ledger
    assert set(ledger["STATUS"]) <= {"output", "joined", "read", "reference", "excluded", "not tabulated"}
    excluded = ledger[ledger["STATUS"].isin(["excluded", "not tabulated"])]
    assert (excluded["REASON"] != "").all()


def test_the_committed_extract_is_the_simulators_own_output(tmp_path: Path) -> None:
    simulate(tmp_path / "raw")
    made = {path.relative_to(tmp_path / "raw").as_posix(): path for path in (tmp_path / "raw").rglob("*.*")}
    kept = {path.relative_to(ROOT / "raw").as_posix(): path for path in (ROOT / "raw").rglob("*.*")}
    assert sorted(made) == sorted(kept)
    assert [name for name, path in made.items() if path.read_bytes() != kept[name].read_bytes()] == []
