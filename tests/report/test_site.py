"""The page's files: complete, the same each time, small, and true to the build."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest
from click.testing import CliRunner
from tests.report.conftest import ODD, Site, content

from studyspec.cli import main

pytestmark = pytest.mark.slow


def column(table: Any, name: str) -> list[Any]:
    values, *codes = table["columns"][name]
    return [values[code] for code in codes[0]] if codes else [values[0]] * table["length"]


def places(runs: list[int]) -> list[int]:
    return [start + step for start, length in zip(runs[::2], runs[1::2], strict=True) for step in range(length)]


def test_page_loads_its_own_files_only(site: Site) -> None:
    page = site.index.read_text(encoding="utf-8")
    named = re.findall(r'(?:src|href)="([^"#]+)"', page)
    assert len(named) > 5
    assert all((site.index.parent / name).is_file() for name in named)
    assert "default-src 'none'" in page
    assert not re.search(r"<script>|\son\w+=|style=|unsafe-", page)


def test_scripts_make_no_markup_of_text(site: Site) -> None:
    for path in sorted(site.index.parent.glob("*.js")):
        text = path.read_text(encoding="utf-8")
        assert not re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text), (
            path.name
        )
        assert not re.findall(r"fetch\(|XMLHttpRequest|https?://(?!www\.w3\.org/2000/svg)", text), path.name


def test_site_is_small(site: Site) -> None:
    assert sum(path.stat().st_size for path in site.index.parent.rglob("*") if path.is_file()) < 15_000_000


def test_files_of_all_displays_stand_beside_the_displays(site: Site) -> None:
    folder = site.study / "build" / "tlf"
    before = {name: (folder / name).read_bytes() for name in ("all-displays.pdf", "results.xlsx")}
    result = CliRunner().invoke(main, ["report", "--study", str(site.study)])
    assert all(str(folder / name) in result.output for name in before)
    assert {name: (folder / name).read_bytes() for name in before} == before


def test_same_build_gives_the_same_bytes(site: Site) -> None:
    before = {path: path.read_bytes() for path in site.index.parent.rglob("*") if path.is_file()}
    result = CliRunner().invoke(main, ["report", "--study", str(site.study)])
    assert result.exit_code == 0, result.output
    assert {path: path.read_bytes() for path in site.index.parent.rglob("*") if path.is_file()} == before


def test_files_that_the_page_links_are_there(site: Site) -> None:
    study: Any = content(site.data / "study.js")
    linked = [place for _, place in study["exports"]]
    linked += [f"../tlf/{name}" for item in study["displays"] for name in _display_files(site, item["id"])]
    assert len(linked) > 60
    assert [place for place in linked if not (site.index.parent / place).resolve().is_file()] == []


def _display_files(site: Site, name: str) -> list[str]:
    display: Any = content(site.data / "display" / f"{name.lower()}.js")
    return list(display["files"])


def test_stale_build_is_refused_and_the_page_stays(site: Site) -> None:
    program = site.study / "adam" / "later.py"
    before = site.index.read_bytes()
    program.write_text("", encoding="utf-8")
    try:
        result = CliRunner().invoke(main, ["report", "--study", str(site.study)])
    finally:
        program.unlink()
    assert result.exit_code == 2
    assert "Run studyspec build, then studyspec report." in result.output
    assert site.index.read_bytes() == before


def test_datasets_are_those_of_the_transport_files(site: Site) -> None:
    paths = sorted((site.study / "build").glob("[as]d*m/*.xpt"))
    assert len(paths) > 20
    for path in paths:
        frame, _ = pyreadstat.read_xport(path, disable_datetime_conversion=True)
        table: Any = content(site.data / "dataset" / f"{path.stem}.js")
        assert table["length"] == len(frame), path.name
        for name in frame:
            theirs = (
                frame[name].astype(object).where(frame[name].notna(), "" if frame[name].dtype != "float64" else None)
            )
            ours = column(table, name)
            # A transport file keeps no blanks at the end of a text.
            stripped = [item.rstrip(" ") if isinstance(item, str) else item for item in ours]
            assert stripped == theirs.tolist(), f"{path.name} {name}"


def test_lists_behind_every_count_have_the_count_in_them(site: Site) -> None:
    checked = 0
    adsl: Any = content(site.data / "dataset" / "adsl.js")
    subjects = column(adsl, "USUBJID")
    for path in sorted((site.study / "build" / "ard").glob("*.parquet")):
        display: Any = content(site.data / "display" / f"{path.stem}.js")
        ard = pd.read_parquet(path)
        counts = ard[ard["statistic"].isin(["n", "N", "events", "risk"]) & (ard["dataset"] != "")]
        for row in counts.to_dict("records"):
            count, population, *lists = display["cells"][f"{int(row['line'])}|{row['column']}"][row["statistic"]]
            people = {subjects[place] for place in places(display["subjects"][population][1])}
            found = len(people)
            if lists:
                name, _, runs = display["records"][lists[0]]
                owners = column(content(site.data / "dataset" / f"{name.lower()}.js"), "USUBJID")
                if lists[1] >= 0:
                    people -= {owners[place] for place in places(display["records"][lists[1]][2])}
                inside = [owners[place] for place in places(runs) if owners[place] in people]
                found = len(inside) if row["statistic"] == "events" else len(set(inside))
            assert found == count == row["value"], (path.stem, row["line"], row["column"], row["statistic"])
            checked += 1
    assert checked > 500


@pytest.mark.parametrize("name", ["ledger", "lineage"])
def test_every_raw_record_says_what_became_of_it(site: Site, name: str) -> None:
    trail = pd.read_parquet(site.study / "build" / "lineage" / f"{name}.parquet")
    for path in sorted((site.data / "raw").glob("*.js")):
        form: Any = content(path)
        ends = dict(zip(form["number"], _values(form["ends"], form["length"]), strict=True))
        for row in trail[trail["FORM"] == form["name"]].to_dict("records"):
            status = row["STATUS"] if name == "ledger" else {"source": "output", "joined": "joined"}[row["ROLE"]]
            assert f"{status} {row['DATASET']}".strip() in ends[row["RECORD"]], (form["name"], row)


def _values(encoded: list[Any], length: int) -> list[Any]:
    values, *codes = encoded
    return [values[code] for code in codes[0]] if codes else values * length


def test_odd_text_arrives_as_it_is(site: Site) -> None:
    assert ODD in column(content(site.data / "raw" / "ae.js"), "AETERM")
    assert ODD in column(content(site.data / "dataset" / "adae.js"), "AETERM")


def test_command_without_a_build_says_what_to_do(site: Site, tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["report", "--study", str(site.study), "--out", str(tmp_path)])
    assert result.exit_code == 2
    assert "Run studyspec build" in result.output
