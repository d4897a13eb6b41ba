"""The tables of the reference study: the subjects behind every printed count, found in SQL from the cell's own row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa
import pytest
from tests.study.reference import committed, study

from studyspec.build.records import RecordSet
from studyspec.run import display_inputs
from studyspec.spec.tlf import Display, TlfSpec
from studyspec.tables.display import DisplayResult, build_display

duckdb = pytest.importorskip("duckdb")

_TOKEN = re.compile(r'"(?P<text>[^"]*)"|missing\((?P<variable>\w+)\)|(?P<sign>==|!=|\[|\])|(?P<other>[^"\[\]=!]|[=!])')
_SIGNS = {"==": "=", "!=": "<>", "[": "(", "]": ")"}
DAYS_PER_YEAR = 365.25


def tlf() -> TlfSpec:
    found = study().tlf
    assert found is not None
    return found


TABLES = [item.id for item in tlf().displays.values() if item.type == "Table"]


def display(id_: str) -> Display:
    return tlf().displays[id_]


@cache
def result(id_: str) -> DisplayResult:
    spec = study().adam
    assert spec is not None
    return build_display(tlf(), id_, *display_inputs(study(), spec, committed().built))


@cache
def database() -> Any:
    """The analysis datasets; missing numbers are NULL, missing text is blank."""
    connection = duckdb.connect()
    for name in ("ADSL", "ADAE", "ADEX", "ADTTE"):
        frame = committed().built.datasets[name]
        connection.register(name, pa.Table.from_pandas(frame, preserve_index=False))
    return connection


def sql(condition: str) -> str:
    """A condition of the results data in SQL.

    >>> sql('A == "x" and not missing(B) and C in [1, 2]')
    "A = 'x' and not coalesce(cast(B as varchar), '') = '' and C in (1, 2)"
    """

    def translated(token: re.Match[str]) -> str:
        if token["text"] is not None:
            return f"'{token['text']}'"
        if token["variable"]:
            return f"coalesce(cast({token['variable']} as varchar), '') = ''"
        return _SIGNS.get(token["sign"], token["sign"] or token["other"])

    return _TOKEN.sub(translated, condition)


@cache
def subjects(dataset: str, condition: str) -> tuple[str, ...]:
    """The subject of each record that meets a condition."""
    found = database().execute(f"select USUBJID from {dataset} where {sql(condition) or 'true'}").fetchall()
    return tuple(name for (name,) in found)


class Figure(NamedTuple):
    """A row of the results data."""

    line: int
    kind: str
    column: str
    statistic: str
    value: float
    denominator: float
    text: str
    dataset: str
    where: str
    unless: str
    population: str


def figures(id_: str) -> list[Figure]:
    ard = result(id_).ard
    return [Figure(*row) for row in ard[list(Figure._fields)].itertuples(index=False, name=None)]


def behind(figure: Figure) -> list[str]:
    """The subject of each record behind a figure."""
    population = set(subjects("ADSL", figure.population))
    left_out = set(subjects(figure.dataset, figure.unless)) if figure.unless else set()
    return [name for name in subjects(figure.dataset, figure.where) if name in population - left_out]


def printed(id_: str) -> Iterator[tuple[int, str, str]]:
    """Line, column and text of every cell that is not blank."""
    for layout in result(id_).layouts:
        for line in layout.body:
            for column, text in zip(layout.column_ids, line.cells, strict=True):
                if text.strip():
                    yield line.number, column, text.strip()


@pytest.mark.parametrize("id_", TABLES)
def test_every_printed_count_has_exactly_its_subjects_behind_it(id_: str) -> None:
    kinds = {column.id: column.kind for column in display(id_).columns}
    counts: dict[tuple[int, str], set[str]] = {}
    rates: dict[tuple[int, str], set[str]] = {}
    summaries = set()
    for figure in figures(id_):
        place = figure.line, figure.column
        if figure.kind == "continuous" and figure.statistic != "n":
            summaries.add(place)
        elif figure.statistic in ("py", "rate"):
            rates.setdefault(place, set()).add(figure.text.strip())
        elif figure.statistic in ("n", "events") and figure.kind != "published":
            found = behind(figure)
            number = len(found) if figure.statistic == "events" else len(set(found))
            if figure.kind == "continuous":
                assert len(found) == len(set(found))
            assert (figure.value, figure.text.strip()) == (number, str(number)), figure
            counts.setdefault(place, set()).add(str(number))
    cells = 0
    for line, column, text in printed(id_):
        if kinds[column] != "published" and (line, column) not in summaries:
            place = line, column
            assert text.split(" ")[0] in counts[place] | rates.get(place, set()), (*place, text)
            cells += 1
    assert cells > 10


@pytest.mark.parametrize("id_", TABLES)
def test_every_denominator_is_counted_from_adsl_and_every_percentage_rounded_once(id_: str) -> None:
    totals = percentages = 0
    for figure in figures(id_):
        if figure.kind == "population":
            assert figure.text == str(len(subjects("ADSL", figure.population))), figure
            totals += 1
        elif figure.statistic == "pct" and figure.text:
            number, of = len(set(behind(figure))), len(subjects("ADSL", figure.population))
            share = (Decimal(100 * number) / of).quantize(Decimal("0.1"), ROUND_HALF_UP)
            assert (figure.text.strip(), figure.denominator) == (f"{share}%", of), figure
            percentages += number > 0
    assert totals >= 2
    assert percentages > 5 or id_ == "T-14-3-1-11"


def test_patient_years_end_with_the_first_event_or_the_time_at_risk() -> None:
    years = [figure for figure in figures("T-14-3-1-11") if figure.statistic == "py"]
    assert len(years) > 60
    for figure in years:
        (days,) = (
            database()
            .execute(
                f"""
                with first as (select USUBJID, min(ASTDT) as day from ADAE where {sql(figure.where)} group by USUBJID)
                select sum(least(RISKEDT, greatest(coalesce(day, RISKEDT), TRTSDT)) - TRTSDT + 1)
                from ADSL left join first using (USUBJID) where {sql(figure.population)}
                """
            )
            .fetchone()
        )
        assert figure.value == pytest.approx(days / DAYS_PER_YEAR, rel=1e-12), figure


# A row of one table that must say what a row of another says, column by column.
SAME = [
    (("T-14-3-1-1", "ANY"), ("T-14-3-1-2", "ANY")),
    (("T-14-3-1-1", "ANY"), ("T-14-3-1-4", "ANY")),
    (("T-14-3-1-1", "G34"), ("T-14-3-1-5", "ANY")),
    (("T-14-3-1-1", "SER"), ("T-14-3-1-6", "ANY")),
    (("T-14-3-1-1", "SDTH"), ("T-14-3-1-6", "SDTH")),
    (("T-14-3-1-1", "SDTH"), ("T-14-3-1-13", "FATAL")),
    (("T-14-3-1-1", "INT"), ("T-14-3-1-8", "INT")),
    (("T-14-3-1-1", "RED"), ("T-14-3-1-8", "RED")),
    (("T-14-3-1-1", "RELISA"), ("T-14-3-1-9", "RELISA")),
    (("T-14-3-1-1", "RELANY"), ("T-14-3-1-9", "RELANY")),
    (("T-14-3-1-1", "IRR"), ("T-14-3-1-10", "IRR")),
    (("T-14-3-1-1", "WDISA"), ("T-14-3-1-11", "WDISA")),
    (("T-14-3-1-1", "SER"), ("T-14-3-1-11", "SER")),
    (("T-14-1-1", "DEATH"), ("T-14-3-1-13", "DEATH")),
]


def row(id_: str, name: str) -> dict[str, float]:
    """The counts of the one line of a row, by column."""
    ard = result(id_).ard
    found = ard[(ard["row"] == name) & (ard["statistic"] == "n")]
    assert found["line"].nunique() == 1
    return dict(zip(found["column"], found["value"], strict=True))


@pytest.mark.parametrize(("one", "other"), SAME, ids=lambda item: "-".join(item))
def test_tables_agree_with_each_other(one: tuple[str, str], other: tuple[str, str]) -> None:
    first, second = row(*one), row(*other)
    assert {name: first[name] for name in ("ISAPD", "ISAKD")} == {name: second[name] for name in ("ISAPD", "ISAKD")}


def test_withdrawals_in_detail_are_those_of_the_overview() -> None:
    detail, isa, any_ = row("T-14-3-1-7", "ANY"), row("T-14-3-1-1", "WDISA"), row("T-14-3-1-1", "WDANY")
    assert detail == {"ISAPD": isa["ISAPD"], "ISAKD": isa["ISAKD"], "ANYPD": any_["ISAPD"], "ANYKD": any_["ISAKD"]}


def test_grades_of_a_line_add_up_to_the_subjects_with_any_grade() -> None:
    ard = result("T-14-3-1-3").ard
    counts = ard[ard["statistic"] == "n"].pivot(index="line", columns="column", values="value")
    assert (counts[["G12", "G3", "G4", "G5", "GMISS"]].sum(axis=1) == counts["ALL"]).all()
    assert (counts[["G3", "G4", "G5"]].sum(axis=1) == counts["G3PLUS"]).all()


@pytest.mark.parametrize("names", [("AGE", 2), ("ECOG", 4), ("PROSP RETRO", 2), ("FRA DEU ITA ESP TUR GBR", 6)])
def test_subgroups_of_a_kind_hold_every_subject_once(names: tuple[str, int]) -> None:
    spec = display("T-14-3-1-12")
    starts = tuple(names[0].split())
    chosen = [place for place, item in enumerate(spec.subgroups) if item.id.startswith(starts)]
    assert len(chosen) == names[1]
    layouts = result("T-14-3-1-12").layouts
    heads = [figure for figure in figures("T-14-3-1-12") if figure.kind == "population"]
    numbers = {layouts[place].number for place in chosen}
    for column, total in (("ISAPD", 81), ("ISAKD", 26)):
        assert sum(item.value for item in heads if item.column == column and item.line in numbers) == total


def without_events() -> Callable[[str], DisplayResult]:
    """Tables as they are when nobody reported an event."""
    spec, built = study().adam, committed().built
    assert spec is not None
    records = dict(built.records)
    records["ADAE"] = RecordSet.from_frame(records["ADAE"].frame().iloc[:0])
    inputs = display_inputs(study(), spec, replace(built, records=records))
    return lambda id_: build_display(tlf(), id_, *inputs)


def test_tables_without_an_event_say_so() -> None:
    build = without_events()
    names = [item.id for item in tlf().displays.values() if item.type == "Table" and item.dataset == "ADAE"]
    assert len(names) > 10
    for name in names:
        for layout in build(name).layouts:
            assert [line.label for line in layout.body] == [display(name).empty_text]


@pytest.mark.parametrize("id_", TABLES)
def test_every_page_says_who_is_in_it_that_the_data_are_synthetic_and_where_they_come_from(id_: str) -> None:
    for layout in result(id_).layouts:
        assert any(display(id_).population_label in line for line in (*layout.population, *layout.titles))
        assert any(note.startswith("Synthetic data") for note in layout.footnotes)
        assert layout.source.startswith("Source: ADSL")
    assert result(id_).findings == ()


@pytest.mark.parametrize("id_", TABLES)
def test_every_mark_in_a_table_has_its_footnote_and_every_footnote_its_mark(id_: str) -> None:
    spec = display(id_)
    shown = " ".join([*(item.label for item in (*spec.rows, *spec.columns)), *(item.span for item in spec.columns)])
    noted = [note[:3] for note in spec.texts("footnote") if re.match(r"\[\d\]", note)]
    assert sorted(set(re.findall(r"\[\d\]", shown))) == noted


def test_published_figures_are_those_of_the_trials_and_stand_in_the_overview_only() -> None:
    quoted = {id_: pd.unique(result(id_).ard.query("kind == 'published'")["statistic"]).tolist() for id_ in TABLES}
    assert {id_ for id_, found in quoted.items() if found} == {"T-14-3-1-1"}
