"""The page in Chromium: from a count to its subjects, their records, and the raw cells; search, keyboard, odd text."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from tests.report.conftest import ODD, Site

from studyspec.trace import _trail, trace_record

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(BROWSER is None, reason="needs Chromium (chromium)"),
]


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
