"""HTML as a browser reads it: odd text stays text, nothing is fetched, the table has its heads."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from studyspec.findings import Finding
from studyspec.findings_report import findings_html
from studyspec.tables.render_html import render_html
from tables.samples import ODD_TEXT, layout

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(BROWSER is None, reason="needs Chromium (chromium)")


def seen(page: Path, profile: Path) -> str:
    """The document as the browser holds it after running whatever script there is."""
    command = [
        str(BROWSER),
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        f"--user-data-dir={profile}",
        "--dump-dom",
        page.as_uri(),
    ]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout


def test_odd_text_in_a_table_is_text(tmp_path: Path) -> None:
    page = tmp_path / "t.html"
    page.write_bytes(render_html(layout([(ODD_TEXT, "1 (10.0%)", "0")])))
    document = seen(page, tmp_path / "profile")
    assert "<script" not in document
    assert html.escape(ODD_TEXT, quote=False) in document
    assert len(re.findall(r"<th[ >]", document)) >= 3
    assert not re.findall(r'(?:src|href)="https?:', document)


def test_odd_text_in_findings_is_text(tmp_path: Path) -> None:
    page = tmp_path / "findings.html"
    finding = Finding("DATA-103", "error", ODD_TEXT, form="ae", record=3)
    page.write_text(findings_html([finding], "Findings of S1"), encoding="utf-8")
    document = seen(page, tmp_path / "profile")
    assert "<script" not in document
    assert html.escape(ODD_TEXT, quote=False) in document
