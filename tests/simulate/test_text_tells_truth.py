"""The messy text, read by the data dictionary, says exactly what the truth files say."""

from __future__ import annotations

import pytest
from tests.simulate.extract import DEFAULT_SEED, Extract, Rows, extract
from tests.simulate.second_reading import Reading, iso, one_decimal, term

SEEDS = (DEFAULT_SEED, 1, 2, 3)


@pytest.fixture(params=SEEDS, scope="module")
def both(request: pytest.FixtureRequest) -> tuple[Reading, Extract]:
    found = extract(request.param)
    return Reading(found), found


def _shared(rows: Rows, like: Rows) -> Rows:
    return sorted(({name: row[name] for name in like[0]} for row in rows), key=lambda row: tuple(row.values()))


def _sorted(rows: Rows) -> Rows:
    return sorted(rows, key=lambda row: tuple(row.values()))


def test_every_dose_row_that_counts_is_an_exposure_record(both: tuple[Reading, Extract]) -> None:
    reading, found = both
    assert _sorted(reading.doses) == _sorted(found.truth["exposure"])


def test_every_event_reads_as_the_truth_says(both: tuple[Reading, Extract]) -> None:
    reading, found = both
    events = reading.events()
    assert _sorted(events) == _shared(found.truth["events"], events)


def test_every_subject_is_enrolled_as_the_truth_says(both: tuple[Reading, Extract]) -> None:
    reading, found = both
    old = reading.moved.keys()
    rows = [row for row in found.forms["enrol"] if (row["SITENO"], row["SUBJNO"]) not in old]
    read = [
        {
            "USUBJID": reading.usubjid(row),
            "SUBJID": f"{row['SITENO']}-{row['SUBJNO']}",
            "PREVSUBJ": f"{row['PREVSITE']}-{row['PREVSUBJ']}".strip("-"),
            "RETRO": term("ENRTYPE", row["ENRTYPE"])[0].replace("P", "N").replace("R", "Y"),
            "RFICDTC": reading.date(row, "ICDT"),
        }
        for row in rows
    ]
    assert _sorted(read) == _shared(found.truth["subjects"], read)


def test_demography_reads_as_the_truth_says(both: tuple[Reading, Extract]) -> None:
    reading, found = both
    truth = {row["USUBJID"]: row for row in found.truth["subjects"]}
    for usubjid, [(_, row)] in reading.of_subject("demog").items():
        known = truth[usubjid]
        assert term("SEX", row["SEX"]) == known["SEX"]
        assert term("RACE", row["RACE"]) == known["RACE"]
        on, born = known["RFICDTC"] or known["TRTSDT"], reading.date(row, "BRTHDT")
        if len(born) == 10:
            assert str(int(on[:4]) - int(born[:4]) - (on[5:] < born[5:])) == known["AGE"]
        else:
            assert row["AGE_ENTERED"] == known["AGE"]


def test_last_weight_and_height_up_to_baseline_are_those_of_the_truth(both: tuple[Reading, Extract]) -> None:
    from decimal import Decimal

    factors = {"kg": "1", "lb": "0.45359237", "lbs": "0.45359237", "cm": "1", "m": "100", "in": "2.54"}
    reading, found = both
    visits = reading.of_subject("vitals")
    for known in found.truth["subjects"]:
        day = known["TRTSDT"] or known["RFICDTC"]
        for name, unit, expected in (("WEIGHT", "WTU", "WEIGHTBL"), ("HEIGHT", "HTU", "HEIGHTBL")):
            rows = [(reading.date(row, "VSDT"), row) for _, row in visits[known["USUBJID"]] if row[name]]
            _, last = max((pair for pair in rows if pair[0] <= day), key=lambda pair: pair[0])
            assert one_decimal(Decimal(last[name]) * Decimal(factors[last[unit].lower()])) == known[expected]


def test_performance_status_at_baseline_is_that_of_the_truth(both: tuple[Reading, Extract]) -> None:
    reading, found = both
    visits = reading.of_subject("ecog")
    for known in found.truth["subjects"]:
        day = known["TRTSDT"] or known["RFICDTC"]
        rows = [(reading.date(row, "ECOGDT"), row) for _, row in visits[known["USUBJID"]]]
        scores = [(when, _score(row)) for when, row in rows if when <= day and _score(row)]
        assert (max(scores)[1] if scores else "") == known["ECOGBL"]


def _score(row: dict[str, str]) -> str:
    value = row["ECOGSCORE"] or row["ECOG"]
    if term("SCALE", row["SCALE"]) == "KPS":
        points = int(value.removeprefix("KPS ").removesuffix("%"))
        return {100: "0", 90: "1", 80: "1", 70: "2", 60: "2"}[points]
    return "" if value == "ND" else value[-1]


def test_cytogenetic_risk_is_that_of_the_truth(both: tuple[Reading, Extract]) -> None:
    reading, found = both
    tests = reading.of_subject("cytogen")
    for known in found.truth["subjects"]:
        day = known["TRTSDT"] or known["RFICDTC"]
        results = {
            term("RESULT", row["RESULT"])
            for _, row in tests[known["USUBJID"]]
            if term("ABN", row["ABN"]) in ("DEL17P", "T(4;14)", "T(14;16)")
            and _begins(reading.date(row, "FISHDT")) <= day
        }
        risk = "HIGH" if "POSITIVE" in results else "STANDARD" if "NEGATIVE" in results else "NOT EVALUABLE"
        assert risk == known["CYTORISK"]


def _begins(known: str) -> str:
    return known + "-01-01"[len(known) - 4 :] if len(known) < 10 else known


def test_prior_lines_are_those_of_the_truth(both: tuple[Reading, Extract]) -> None:
    reading, found = both
    lines = reading.of_subject("priortx")
    for known in found.truth["subjects"]:
        rows = [row for _, row in lines[known["USUBJID"]]]
        assert str(len({row["LINENO"] for row in rows})) == known["NPRIOR"]
        assert ("Y" if any(term("NY", row["ASCT"]) == "Y" for row in rows) else "N") == known["ASCTFL"]
        assert ("Y" if any(term("NY", row["ANTICD38"]) == "Y" for row in rows) else "N") == known["CD38FL"]


def test_status_and_death_are_those_of_the_truth(both: tuple[Reading, Extract]) -> None:
    reading, found = both
    endings, deaths = reading.of_subject("eos"), reading.of_subject("death")
    reasons = {"WITHDRAWN": "WITHDRAWAL BY SUBJECT", "LTFU": "LOST TO FOLLOW-UP", "DEATH": "DEATH"}
    for known in found.truth["subjects"]:
        [(_, row)] = endings[known["USUBJID"]]
        status = term("EOSSTAT", row["EOSSTAT"])
        assert reasons.get(status, "") == known["DCSREAS"]
        assert (status if status in ("ONGOING", "COMPLETED") else "DISCONTINUED") == known["EOSSTT"]
        dead = [reading.date(form, "DTHDT") for _, form in deaths[known["USUBJID"]]]
        dead += [reading.date(row, "EOSDT")] if status == "DEATH" else []
        assert (known["DTHFL"], known["DTHDTC"]) == (("Y", dead[0]) if dead else ("", ""))


@pytest.mark.parametrize(
    ("text", "layout", "expected"),
    [
        ("UNK-MAR-2021", "dd-MON-yyyy", "2021-03"),
        ("15-MRZ-21", "dd-MON-yyyy", "2021-03-15"),
        ("UN/UNK/2021", "dd/mm/yyyy", "2021"),
        ("03/15/2021", "mm/dd/yyyy", "2021-03-15"),
        ("03.2021", "dd.mm.yyyy", "2021-03"),
        ("UN.UNK.UNK", "dd.mm.yyyy", ""),
    ],
)
def test_second_reading_knows_the_date_formats(text: str, layout: str, expected: str) -> None:
    assert iso(text, layout) == expected
