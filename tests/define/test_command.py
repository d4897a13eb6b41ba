"""`studyspec define` on the reference study: its files, held against the transport files, and in a browser."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pyreadstat
import pytest
from click.testing import CliRunner, Result

from define.samples import find, parsed
from studyspec.cli import main
from studyspec.define.check import check_define
from studyspec.define.render import define_html, stylesheet
from studyspec.define.validate import NOT_VALID, validate_define
from studyspec.run import run_build
from studyspec.stages import Stages

ROOT = Path(__file__).resolve().parents[2]
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
in_browser = pytest.mark.skipif(BROWSER is None, reason="needs Chromium (chromium)")
both = pytest.mark.parametrize("name", ["sdtm", "adam"])


def define(out: Path) -> Result:
    """Run the command on the reference study."""
    return CliRunner().invoke(main, ["define", "--study", str(ROOT), "--out", str(out)])


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build of the reference study with its defines."""
    folder = tmp_path_factory.mktemp("build")
    assert run_build(ROOT, folder, Stages(lambda name: None)).written
    result = define(folder)
    assert result.exit_code == 0, result.output
    return folder


def test_files_are_a_define_its_stylesheet_and_its_page(out: Path) -> None:
    for name in ("sdtm", "adam"):
        files = sorted(path.name for path in (out / "define" / name).iterdir())
        assert files == ["define.html", "define.xml", "define2-1.xsl"]


def test_second_run_gives_the_same_bytes(out: Path) -> None:
    before = {path: path.read_bytes() for path in (out / "define").rglob("*.*")}
    assert define(out).exit_code == 0
    assert {path: path.read_bytes() for path in before} == before


@both
def test_defines_are_valid_and_without_fault(out: Path, name: str) -> None:
    content = (out / "define" / name / "define.xml").read_bytes()
    assert validate_define(content) == []
    assert [str(item) for item in check_define(content)] == []


@both
def test_define_describes_the_transport_files(out: Path, name: str) -> None:
    folder = out / "define" / name
    root = parsed((folder / "define.xml").read_bytes())
    items = {item.get("OID"): item for item in find(root, "//o:ItemDef")}
    described = set()
    for group in find(root, "//o:ItemGroupDef"):
        (href,) = find(group, "def:leaf/@xlink:href")
        path = (folder / str(href)).resolve()
        described.add(path)
        frame, about = pyreadstat.read_xport(path)
        references = [items[str(oid)] for oid in find(group, "o:ItemRef/@ItemOID")]
        assert [item.get("Name") for item in references] == list(frame.columns)
        assert [str(find(item, "o:Description/o:TranslatedText/text()")[0]) for item in references] == (
            about.column_labels
        )
        for item in references:
            width = about.variable_storage_width[item.get("Name")]
            if item.get("DataType") == "text":
                assert int(item.get("Length")) == width, item.get("OID")
    assert described == {path.resolve() for path in (out / name).glob("*.xpt")}


def test_every_supplemental_name_in_the_data_has_its_value_level(out: Path) -> None:
    root = parsed((out / "define" / "sdtm" / "define.xml").read_bytes())
    for path in sorted((out / "sdtm").glob("supp*.xpt")):
        frame, _ = pyreadstat.read_xport(path)
        levels = find(root, f"//def:ValueListDef[@OID='VL.{path.stem.upper()}.QVAL']/o:ItemRef/@ItemOID")
        assert {str(oid).rpartition(".")[2] for oid in levels} == set(frame["QNAM"])


def test_study_that_is_not_built_is_told_so(tmp_path: Path) -> None:
    result = define(tmp_path)
    assert result.exit_code == 2
    assert "Run studyspec build first." in result.output


def test_define_with_an_error_replaces_nothing(out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(out, tmp_path / "build")
    page = tmp_path / "build" / "define" / "adam" / "define.html"
    page.write_text("the last good one", encoding="utf-8")
    found = [NOT_VALID.finding("It is broken.", cell="adam/define.xml line 3")]
    monkeypatch.setattr("studyspec.define.build.validate_define", lambda content, name: found)
    result = define(tmp_path / "build")
    assert result.exit_code == 1
    assert "adam/define.xml line 3: It is broken." in result.output
    assert page.read_text(encoding="utf-8") == "the last good one"


def test_stylesheet_keeps_its_licence() -> None:
    assert b"Permission is hereby granted, free of charge" in stylesheet()


@both
def test_page_names_every_dataset_codelist_and_display(out: Path, name: str) -> None:
    content = (out / "define" / name / "define.xml").read_bytes()
    page = define_html(content).decode()
    for path in ("//o:ItemGroupDef/@Name", "//o:CodeList/@Name", "//arm:ResultDisplay/@Name", "//o:MethodDef/@Name"):
        for text in find(parsed(content), path):
            assert str(text).replace("&", "&amp;").replace(">", "&gt;").replace("<", "&lt;") in page


def seen(address: str, profile: Path) -> str:
    """The document as a browser holds it."""
    quiet = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
    command = [str(BROWSER), *quiet, "--disable-sync", f"--user-data-dir={profile}", "--dump-dom", address]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout


@in_browser
@both
def test_page_opens_in_a_browser_from_its_file(out: Path, name: str, tmp_path: Path) -> None:
    document = seen((out / "define" / name / "define.html").as_uri(), tmp_path)
    assert "IONASYN01" in document
    assert ("SUPPAE" if name == "sdtm" else "Analysis Results Metadata") in document


@in_browser
def test_browser_that_runs_xslt_renders_the_define_itself(out: Path, tmp_path: Path) -> None:
    with served(out / "define" / "adam") as address:
        document = seen(f"{address}/define.xml", tmp_path)
    if "<ODM" in document:
        pytest.skip("needs a browser that runs XSLT")
    assert "Analysis Results Metadata" in document


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder on a local port: browsers refuse a stylesheet beside a file, but not beside an address."""
    handler = partial(_Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        """Say nothing on the terminal."""
