"""The page in Chromium: from a count to its subjects, their records, and the raw cells; search, keyboard, odd text."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.report.conftest import ODD, Site

from studyspec.trace import _trail, trace_record

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(BROWSER is None, reason="needs Chromium (chromium)")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    api: Any = pytest.importorskip("playwright.sync_api", reason="needs the package playwright")
    with api.sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """The overview. A test fails when the page complains, or asks for anything that is not beside it."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    found = context.new_page()
    complaints: list[str] = []
    found.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    found.on("pageerror", lambda error: complaints.append(str(error)))
    found.on("request", lambda request: None if request.url.startswith("file:") else complaints.append(request.url))
    found.goto(site.index.as_uri())
    found.wait_for_selector("h1")
    yield found
    context.close()
    assert complaints == []


def go(page: Page, address: str, title: str) -> None:
    """Go to a place in the page and wait until it is shown."""
    page.evaluate("address => { location.hash = address }", address)
    page.wait_for_function("title => document.title.startsWith(title)", arg=title)


def test_from_a_count_to_subjects_records_and_raw_cells(page: Page, site: Site) -> None:
    page.get_by_role("link", name="Overview of Treatment-Emergent Adverse Events").first.click()
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Grade 3-4 TEAE [1]"))
    row.get_by_role("link", name="36 (44.4%)").click()
    panel = page.locator("#panel")
    panel.get_by_role("heading", name="36 subjects").wait_for()
    assert panel.locator("a.subject").count() == 36
    assert "Grade 3-4 TEAE [1] › Isa-Pd (N=81)" in panel.inner_text()
    first = panel.locator("a.subject").first
    subject = first.inner_text()
    first.click()
    page.get_by_role("heading", name=subject, exact=True).wait_for()
    marked = page.locator("tr.marked")
    assert marked.count() >= 1
    assert "grade 3" in marked.first.inner_text() or "grade 4" in marked.first.inner_text()
    marked.first.get_by_role("link", name="ADAE").click()
    page.get_by_role("button", name="Trace ATOXGRN").click()
    way = page.locator("#trace-ATOXGRN")
    way.locator("li.raw").first.wait_for()
    number = re.search(r"#(\d+)", page.locator("h1").inner_text())
    assert number
    told = "\n".join(trace_record(site.study, "ADAE", subject, int(number[1]), "ATOXGRN"))
    for form, record, name, value in re.findall(r"(raw/\S+) record (\d+): (\w+) = '(.*)'", told):
        assert f"{form} record {record} {name} = {value or '(blank)'}" in way.inner_text()
    assert re.findall(r"MT\.\w+", told)
    assert all(method in way.inner_text() for method in re.findall(r"MT\.\w+", told))
    way.locator("li.raw a").first.click()
    page.get_by_role("heading", name=re.compile(r"csv record \d+$")).wait_for()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("dataset", "variables"),
    [
        ("ADAE", ["TRTEMFL", "AETERM", "AEDECOD", "LDOSEDT", "DOSEON", "RELANYFL", "AOCCFL"]),
        ("ADSL", ["TRTSDT", "TRT01A", "SAFFL", "ECOGBLN", "DTHDT", "NPRIOR", "AGE"]),
        ("AE", ["AESTDTC", "AEACNISA", "AEBODSYS", "EPOCH"]),
        ("EX", ["EXDOSE", "EXSTDTC", "EXSTDY"]),
    ],
)
def test_way_back_names_the_raw_cells_that_the_command_names(
    page: Page, site: Site, dataset: str, variables: list[str]
) -> None:
    subject = "IONASYN01-101-0003"
    trail = _trail(site.study, dataset, subject)
    for variable in variables:
        go(page, f"#/record/{dataset}/{subject}/1/{variable}", f"{dataset} #1")
        page.locator(f"#trace-{variable} li").first.wait_for()
        text = page.locator(f"#trace-{variable}").inner_text()
        trail.seen.clear()
        told = "\n".join(trail.variable(dataset, 0, variable, 0))
        cells = re.findall(r"(raw/\S+) record (\d+): (\w+) = '(.*)'", told)
        for form, record, name, value in cells:
            assert f"{form} record {record} {name} = {value or '(blank)'}" in text, variable
        for rule in re.findall(r"\[(specs/\S+)\]", told):
            assert rule in text, variable
        page.evaluate("location.hash = '#/'")


def test_odd_text_is_shown_as_text(page: Page, site: Site) -> None:
    go(page, f"#/raw/ae/{site.record}", "ae record")
    assert page.get_by_text(ODD, exact=True).count() == 1
    go(page, "#/dataset/ADAE", "ADAE")
    page.get_by_label("Search in all columns").fill("<script>")
    page.get_by_text("1 of 425 records").wait_for()
    assert page.locator(".grid tbody td", has_text="<script>").first.inner_text() == ODD
    assert page.locator(".grid tbody script").count() == 0
    go(page, "#/search/%3Cscript%3E", "Search: <script>")
    page.get_by_text(ODD).first.wait_for()


def test_search_finds_subjects_variables_and_values(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("febrile")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Search: febrile").wait_for()
    page.get_by_role("link", name="ADAE.AEDECOD").click()
    page.get_by_text(re.compile(r"\d+ of 425 records")).wait_for()
    shown = page.locator(".grid tbody tr:not(.space)").all_inner_texts()
    assert shown
    assert all("febrile" in text.lower() for text in shown)


def test_keyboard_alone_leads_from_the_overview_to_a_value(page: Page) -> None:
    def focused() -> str:
        return str(page.evaluate("document.activeElement.textContent"))

    page.keyboard.press("Tab")
    assert focused() == "Skip to content"
    page.keyboard.press("Enter")
    for _ in range(60):
        page.keyboard.press("Tab")
        if "Overview of Treatment" in focused():
            break
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Overview of Treatment").wait_for()
    for _ in range(60):
        page.keyboard.press("Tab")
        if focused().strip() == "36 (44.4%)":
            break
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="36 subjects").wait_for()
    assert focused() == "36 subjects"
    assert page.locator("#live").inner_text() == "36 subjects"
    page.keyboard.press("Escape")
    page.wait_for_function("document.getElementById('panel').hidden")
    assert focused().strip() == "36 (44.4%)"


@pytest.mark.slow
def test_grid_is_sorted_filtered_and_walked_by_keys(page: Page) -> None:
    go(page, "#/dataset/ADAE", "ADAE")
    page.get_by_label("Filter ATOXGRN", exact=True).fill(">=4")
    page.get_by_text(re.compile(r"\d+ of 425 records")).wait_for()
    heads = page.locator(".grid thead button").all_inner_texts()
    place = heads.index("ATOXGRN")
    page.locator(".grid thead button").nth(place).click()
    assert page.locator(".grid th").nth(place).get_attribute("aria-sort") == "ascending"
    cells = page.locator(f".grid tbody tr:not(.space) td:nth-child({place + 1})").all_inner_texts()
    assert cells == sorted(cells)
    assert set(cells) <= {"4", "5"}
    grid = page.get_by_role("grid")
    grid.focus()
    page.keyboard.press("Control+End")
    active = grid.get_attribute("aria-activedescendant")
    assert active
    assert page.locator(f"#{active}").inner_text() == page.locator(".reader .value").inner_text() or (
        page.locator(".reader .value").inner_text() == "(blank)"
    )
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=re.compile(r"ADAE #\d+")).wait_for()


ROWS, COLUMNS = 100_000, 30


def big_dataset() -> str:
    """A dataset of 100,000 records: numbers, few and many different texts."""
    columns: dict[str, Any] = {
        "USUBJID": [[f"S-{place:04}" for place in range(1000)], [row // 100 for row in range(ROWS)]]
    }
    for column in range(1, COLUMNS):
        kinds = (7, 500, ROWS)[column % 3]
        values = (
            sorted({f"value {place * 7919 % kinds:06}" for place in range(kinds)}) if column % 2 else list(range(kinds))
        )
        columns[f"V{column}"] = [values, [row * 7919 % len(values) for row in range(ROWS)]]
    variables = [{"name": name, "label": "", "rules": []} for name in columns]
    content = {
        "name": "BIG",
        "label": "Big",
        "standard": "SDTM",
        "length": ROWS,
        "variables": variables,
        "columns": columns,
    }
    return f'studyspec.add("dataset/BIG",{json.dumps(content)});'


def took(page: Page, action: str) -> float:
    """Milliseconds from an action until the browser has painted its result."""
    script = f"""async () => {{
      const start = performance.now();
      {action}
      await new Promise((done) => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(done)), 65));
      return performance.now() - start;
    }}"""
    return float(page.evaluate(script))


@pytest.mark.slow
def test_hundred_thousand_records_are_sorted_searched_and_scrolled_at_once(page: Page, site: Site) -> None:
    path = site.data / "dataset" / "big.js"
    path.write_text(big_dataset(), encoding="utf-8")
    try:
        go(page, "#/dataset/BIG", "BIG")
    finally:
        path.unlink()
    page.get_by_text("100,000 records", exact=True).wait_for()
    fill = "box.dispatchEvent(new Event('input', {bubbles: true}));"
    times = {
        "search": took(page, f"const box = document.querySelector('.bar input'); box.value = '0042'; {fill}"),
        "all": took(page, f"const box = document.querySelector('.bar input'); box.value = ''; {fill}"),
        "sort": took(page, "document.querySelectorAll('.grid thead button')[5].click();"),
        "filter": took(
            page, f"const box = document.querySelectorAll('.filters input')[1]; box.value = '=value 000003'; {fill}"
        ),
        "scroll": took(page, "document.querySelector('.viewport').scrollTop = 1e9;"),
    }
    assert all(time < 1000 for time in times.values()), times
    shown = page.locator(".grid tbody tr:not(.space)")
    assert 10 < shown.count() < 80
    count = int(page.locator(".bar .count").inner_text().split(" of ")[0].replace(",", ""))
    assert shown.last.get_attribute("aria-rowindex") == str(count + 2)


@pytest.mark.slow
def test_counts_of_the_ledger_open_these_records(page: Page) -> None:
    shown(page, "#/ledger")
    links = page.locator("main td a[href*='Became']")
    found = {str(item.get_attribute("href")): item.inner_text() for item in links.all()}
    assert len(found) > 20
    for address, count in found.items():
        shown(page, address)
        assert page.locator(".bar .count").inner_text().split()[0] == count, address


@pytest.mark.slow
def test_record_without_a_subject_is_traced_to_the_row_of_its_sheet(page: Page) -> None:
    shown(page, "#/record/TS//53/TSVAL")
    page.locator("#trace-TSVAL li.raw").first.wait_for()
    assert "specs/sdtm.xlsx, sheet TS row" in page.locator("#trace-TSVAL").inner_text()


PLACES = (
    "#/",
    "#/display/T-14-3-1-1/9/ISAPD/n",
    "#/display/F-14-3-1",
    "#/display/L-14-3-2-2",
    "#/subjects",
    "#/subject/IONASYN01-101-0003",
    "#/datasets",
    "#/dataset/ADAE",
    "#/record/ADAE/IONASYN01-101-0003/1/ATOXGRN",
    "#/raw/ae",
    "#/raw/ae/1",
    "#/findings",
    "#/ledger",
    "#/define",
    "#/qc",
    "#/conformance",
    "#/search/nausea",
)

CHECKS = (Path(__file__).parent / "page_checks.js").read_text(encoding="utf-8")


def shown(page: Page, place: str) -> None:
    """Show a place, wherever the page was."""
    page.evaluate("location.hash = '#/findings'")
    page.wait_for_function("document.title.startsWith('Findings')")
    page.evaluate("place => { location.hash = place }", place)
    page.wait_for_function("place => location.hash === place && !document.querySelector('[aria-busy]')", arg=place)
    page.wait_for_function("document.querySelector('h1') && document.querySelector('main').children.length > 1")


def complaints(page: Page, check: str) -> list[str]:
    found: list[str] = page.evaluate(f"() => {CHECKS}.{check}()")
    return found


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_contrast_and_controls_have_names(page: Page, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    for place in PLACES:
        shown(page, place)
        assert complaints(page, "weakTexts") == [], place
        assert complaints(page, "namelessParts") == [], place


@pytest.mark.slow
def test_the_checks_of_the_page_find_what_is_weak_or_nameless(page: Page) -> None:
    page.evaluate("""() => {
      const weak = document.querySelector("main h1");
      weak.style.color = "rgb(160, 160, 160)";
      document.querySelector("main").append(document.createElement("button"));
    }""")
    assert [text.split()[0] for text in complaints(page, "weakTexts")] == ["H1."]
    assert complaints(page, "namelessParts") == ["<button></button>"]


@pytest.mark.slow
def test_narrow_screen_scrolls_tables_and_not_the_page(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 700})
    for place in PLACES:
        shown(page, place)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, place


@pytest.mark.slow
def test_print_has_the_display_and_its_list_without_the_frame_of_the_page(page: Page) -> None:
    go(page, "#/display/T-14-3-1-1/9/ISAPD/n", "Table 14.3.1.1")
    page.get_by_role("heading", name="36 subjects").wait_for()
    page.emulate_media(media="print", color_scheme="light")
    assert not page.locator("#nav").is_visible()
    assert not page.locator("#search").is_visible()
    assert page.locator("#panel a.subject").last.is_visible()
    assert page.evaluate("getComputedStyle(document.getElementById('panel')).overflow") == "visible"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
