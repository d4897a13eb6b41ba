"""The listings of the reference study, held against what the simulated registry knows of its subjects and events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from tests.study.reference import committed, study

from studyspec.build.partition import Built
from studyspec.build.records import RecordSet
from studyspec.run import display_inputs
from studyspec.tables.display import DisplayResult, build_display

Event = Mapping[str, str]
MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]


def listing(id_: str, built: Built) -> DisplayResult:
    tlf, adam = study().tlf, study().adam
    assert tlf is not None
    assert adam is not None
    return build_display(tlf, id_, *display_inputs(study(), adam, built))


@cache
def result(id_: str) -> DisplayResult:
    return listing(id_, committed().built)


def without(variable: str) -> Built:
    """The build with a variable of ADAE that nobody reported."""
    built = committed().built
    events = built.records["ADAE"].frame().assign(**{variable: ""})
    return replace(built, records={**built.records, "ADAE": RecordSet.from_frame(events)})


def lines(id_: str) -> list[dict[str, Any]]:
    return lines_of(result(id_))


def lines_of(display: DisplayResult) -> list[dict[str, Any]]:
    """The lines in print order: subject and the text of each column."""
    ard = display.ard
    wide = ard.pivot(index=["line", "group1_value"], columns="column", values="text").reset_index()
    return [{str(name): text for name, text in line.items()} for line in wide.sort_values("line").to_dict("records")]


def is_treated(event: Event) -> bool:
    subject = next(item for item in committed().truth["subjects"] if item["USUBJID"] == event["USUBJID"])
    return subject["SAFFL"] == "Y"


def is_emergent(event: Event) -> bool:
    return event["TRTEMFL"] == "Y" and is_treated(event)


def withdrew(event: Event) -> bool:
    return any(event[f"AEACN{drug}"] == "DRUG WITHDRAWN" for drug in ("ISA", "POM", "CAR", "DEX"))


EVENTS = {
    "L-16-2-7-1": lambda event: True,
    "L-14-3-2-2": lambda event: is_emergent(event) and event["AESER"] == "Y",
    "L-14-3-2-3": lambda event: is_emergent(event) and withdrew(event),
    "L-14-3-3": lambda event: (
        is_emergent(event) and (event["AESER"] == "Y" or event["AEOUT"] == "FATAL" or withdrew(event))
    ),
    "L-16-2-7-2": lambda event: event["TRTEMFL"] != "Y" or not event["ASTDT"],
}


def date9(iso: str) -> str:
    year, month, day = iso.split("-")
    return f"{day}{MONTHS[int(month) - 1]}{year}"


def start(event: Event) -> str:
    """Date, imputation flag and study day, as the listings show them."""
    if not event["ASTDT"]:
        return "Unknown"
    day = f"({event['ASTDY']})" if event["ASTDY"] else ""
    return " ".join(filter(None, [date9(event["ASTDT"]), event["ASTDTF"], day]))


def expected(id_: str) -> Iterator[tuple[str, ...]]:
    for event in committed().truth["events"]:
        if EVENTS[id_](event):
            coded = event["AEDECOD"] or "Not coded"
            soc = event["AEBODSYS"] or "Not coded"
            yield event["USUBJID"], f"{event['AETERM']}/\n{coded}/\n{soc}", start(event)


@pytest.mark.parametrize("id_", EVENTS)
def test_events_are_listed_once_each_with_their_terms_and_dates(id_: str) -> None:
    listed = [(line["group1_value"], line["TERM"], line["DATES"].split("\n")[0]) for line in lines(id_)]
    assert sorted(listed) == sorted(expected(id_))
    assert len(listed) > 10


@pytest.mark.parametrize("id_", EVENTS)
def test_events_stand_by_subject_and_date(id_: str) -> None:
    def place(line: dict[str, Any]) -> tuple[str, str]:
        day = line["DATES"][:9]
        iso = "" if day.startswith("Unknown") else f"{day[5:]}-{MONTHS.index(day[2:5]) + 1:02}-{day[:2]}"
        return line["group1_value"], iso

    order = [place(line) for line in lines(id_)]
    assert order == sorted(order)


def test_dead_subjects_are_listed_with_the_day_they_died() -> None:
    dead = {item["USUBJID"]: item["DTHDTC"] for item in committed().truth["subjects"] if item["DTHFL"] == "Y"}
    shown = {line["group1_value"]: line["DEATH"][:9] for line in lines("L-14-3-2-1")}
    assert {name: day for name, day in shown.items() if len(dead[name]) == 10} == {
        name: date9(day) for name, day in dead.items() if len(day) == 10 and name in shown
    }
    treated = {item["USUBJID"] for item in committed().truth["subjects"] if item["SAFFL"] == "Y"}
    assert set(shown) == set(dead) & treated


def test_planted_contradictions_of_serious_events_are_listed() -> None:
    planted = [
        (item["CODE"], item["USUBJID"])
        for item in committed().truth["findings"]
        if item["CODE"].startswith(("M10", "M11"))
    ]
    assert sorted((line["CODE"], line["group1_value"]) for line in lines("L-16-2-9-1")) == sorted(planted)


def test_every_warning_about_a_subject_is_in_one_of_the_two_listings() -> None:
    listed = [(line["CODE"], line["WHAT"]) for id_ in ("L-16-2-9-1", "L-16-2-9-2") for line in lines(id_)]
    warnings = [item for item in committed().built.findings if item.severity == "warning" and item.usubjid]
    assert sorted(listed) == sorted((item.code, item.what) for item in warnings)


def test_case_of_the_safety_database_stands_beside_its_event() -> None:
    found = {line["WHAT"].split(":")[0]: line for line in lines("L-16-2-9-1") if line["CODE"] == "M11C"}
    events = {(item["USUBJID"], item["AESPID"]): item["ASTDT"] for item in committed().truth["events"] if item["ASTDT"]}
    for case, line in found.items():
        number = case.rsplit("-", 1)[1]
        assert line["DATES"].startswith(date9(events[line["group1_value"], number]))
    assert len(found) == 2


def test_outcome_that_was_not_reported_is_a_dash_beside_its_case() -> None:
    shown = [line["SER"].split("\n")[-1] for line in lines_of(listing("L-16-2-9-1", without("AEOUT")))]
    assert {outcome for outcome in shown if outcome} == {"-"}


def test_fatal_event_without_a_code_is_said_to_have_none() -> None:
    coded = [line["AE"] for line in lines("L-14-3-2-1")]
    shown = [line["AE"] for line in lines_of(listing("L-14-3-2-1", without("AEDECOD")))]
    assert [text.startswith("Not coded") for text in shown] == [text != "None" for text in coded]


@pytest.mark.parametrize("id_", [*EVENTS, "L-14-3-2-1", "L-16-2-9-1", "L-16-2-9-2"])
def test_no_listing_is_cramped_or_empty(id_: str) -> None:
    assert result(id_).findings == ()
    assert not any(part.is_cramped for part in result(id_).pages)
    assert len(result(id_).ard) > 0
