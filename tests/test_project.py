"""The repository keeps its own rules: pinned dependencies, one package in the wheel, readable modules."""

import ast
import re
import shutil
import socket
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import studyspec

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
BUILD_REQUIRES = [Requirement(line) for line in PROJECT["build-system"]["requires"]]
RUNTIME = PROJECT["project"]["dependencies"]
GROUPS = PROJECT["dependency-groups"]
LOCKS = {
    "requirements.lock": RUNTIME + GROUPS["build"],
    "requirements-dev.lock": RUNTIME + GROUPS["build"] + GROUPS["dev"],
}
MODULES = sorted((ROOT / "src" / "studyspec").rglob("*.py"))
MAX_MODULE_LINES = 400
MAX_FILE_BYTES = 1_000_000
# Homes and work folders of machines; assembled so that this file does not hold what it looks for.
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:home|root|work|Users)" + r"/\w|(?<![A-Za-z])[CD]:\\" + r"[A-Za-z]")


def lock_entries(lock: str) -> dict[str, list[str]]:
    """Requirement -> hashes of a lock file; a requirement starts at the margin, its hashes are indented."""
    entries: dict[str, list[str]] = {}
    current = ""
    for line in (ROOT / lock).read_text(encoding="utf-8").splitlines():
        if line and not line[0].isspace() and not line.startswith("#"):
            current = line.rstrip("\\").strip()
            entries[current] = []
        elif "--hash=" in line:
            entries[current].append(line.strip().rstrip("\\").strip())
    return entries


def pinned_versions(lock: str) -> dict[str, str]:
    """Package name -> pinned version."""
    pins = (Requirement(entry) for entry in lock_entries(lock))
    return {canonicalize_name(pin.name): str(pin.specifier).removeprefix("==") for pin in pins}


@pytest.fixture(scope="session")
def tracked() -> list[Path]:
    """The files under version control."""
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("needs a git checkout: it looks at the tracked files")
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True, encoding="utf-8"
    )
    return [ROOT / name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()]


def text_of(path: Path) -> str:
    """A file's text; of a workbook its XML parts; nothing of other binary files."""
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as workbook:
            return "\n".join(workbook.read(part).decode("utf-8", "replace") for part in workbook.namelist())
    content = path.read_bytes()
    return "" if b"\0" in content else content.decode("utf-8", "replace")


def test_version_of_the_package_is_the_one_in_pyproject() -> None:
    assert studyspec.__version__ == PROJECT["project"]["version"]


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_pins_every_requirement_with_hashes(lock: str) -> None:
    entries = lock_entries(lock)
    assert entries
    assert [entry for entry in entries if "==" not in entry] == []
    pattern = re.compile(r"--hash=sha256:[0-9a-f]{64}")
    assert [entry for entry, hashes in entries.items() if not hashes] == []
    assert [found for hashes in entries.values() for found in hashes if not pattern.fullmatch(found)] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_covers_the_dependencies_of_pyproject(lock: str) -> None:
    pins = pinned_versions(lock)
    for wanted in map(Requirement, LOCKS[lock]):
        pin = pins.get(canonicalize_name(wanted.name))
        assert pin is not None, f"{lock} lacks {wanted.name}: run `make lock`"
        assert wanted.specifier.contains(pin), f"{lock} pins {wanted.name} {pin}, not {wanted.specifier}"


def test_test_lock_has_the_pins_of_the_run_lock() -> None:
    run, test = pinned_versions("requirements.lock"), pinned_versions("requirements-dev.lock")
    assert {name: test.get(name) for name in run} == run


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_names_no_host_and_no_folder(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert re.findall(r"^.*(?:://|--(?:extra-)?index-url|--find-links|--trusted-host).*$", text, re.M) == []


def test_every_dependency_has_its_reason_in_the_docs() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([^`]+)` \|", page, re.M)
    direct = {Requirement(line).name for lines in LOCKS.values() for line in lines}
    assert sorted(listed) == sorted(direct)


def test_tracked_files_name_no_path_of_a_machine(tracked: list[Path]) -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in tracked
        if (match := MACHINE_PATH.search(text_of(path)))
    ]
    assert found == []


def test_tracked_files_are_small(tracked: list[Path]) -> None:
    assert [f"{path.relative_to(ROOT)}" for path in tracked if path.stat().st_size > MAX_FILE_BYTES] == []


def test_documents_link_to_tracked_files(tracked: list[Path]) -> None:
    known = set(tracked) | {parent for path in tracked for parent in path.parents}
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in tracked
        if page.suffix == ".md"
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
        if "://" not in target and (page.parent / target).resolve() not in known
    ]
    assert broken == []


def test_index_of_the_documents_links_every_document(tracked: list[Path]) -> None:
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    pages = {path.name for path in tracked if path.parent == ROOT / "docs" and path.suffix == ".md"} - {"index.md"}
    assert pages - set(re.findall(r"\]\(([^)#]+)\)", index)) == set()


def test_make_commands_in_the_documents_are_targets_of_the_makefile() -> None:
    pages = [(ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CONTRIBUTING.md")]
    named = {name for page in pages for name in re.findall(r"(?:^|`)make ([a-z-]+)", page, re.M)}
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    assert {"build", "test"} <= named
    assert named - targets == set()


def test_modules_stay_readable_in_length() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert lengths
    too_long = {str(path.relative_to(ROOT)): n for path, n in lengths.items() if n > MAX_MODULE_LINES}
    assert too_long == {}, f"more than {MAX_MODULE_LINES} lines: split them by concern"


def test_public_functions_and_classes_have_docstrings() -> None:
    bare = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in MODULES
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert bare == []


def test_tests_refuse_the_network() -> None:
    with (
        socket.socket() as outward,
        pytest.raises(PermissionError, match=r"this one connects to 192\.0\.2\.1"),
    ):
        outward.connect(("192.0.2.1", 80))


@pytest.mark.skipif(
    any(version(wanted.name) not in wanted.specifier for wanted in BUILD_REQUIRES),
    reason="needs the build backend of requirements.lock",
)
def test_wheel_holds_the_package_and_nothing_else(tracked: list[Path], tmp_path: Path) -> None:
    for path in tracked:
        copy = tmp_path / "source" / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    offline = ["--no-index", "--no-deps", "--no-build-isolation", "--quiet", "--disable-pip-version-check"]
    command = [sys.executable, "-m", "pip", "wheel", *offline, "--wheel-dir", str(tmp_path), "."]
    subprocess.run(command, cwd=tmp_path / "source", check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    source = ROOT / "src"
    wanted = {path.relative_to(source).as_posix() for path in tracked if path.is_relative_to(source)}
    assert packed == wanted
