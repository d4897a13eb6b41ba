"""What LibreOffice shows of an RTF file."""

import shutil
import subprocess
from pathlib import Path

import pytest


def pages_in_libreoffice(rtf: bytes, folder: Path) -> list[list[str]]:
    """The words of each page; the test is skipped where LibreOffice or pdftotext is missing."""
    for tool in ("soffice", "pdftotext"):
        if shutil.which(tool) is None:
            pytest.skip(f"needs {tool}")
    (folder / "t.rtf").write_bytes(rtf)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(folder / "t.rtf")]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    command = ["pdftotext", "-layout", str(folder / "t.pdf"), "-"]
    shown = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
    return [page.split() for page in shown.rstrip("\f").split("\f")]


def pages_in_text(text: bytes) -> list[list[str]]:
    """The words of each page of the text rendering, rules aside."""
    return [[word for word in page.split() if not word.startswith("---")] for page in text.decode().split("\f")]
