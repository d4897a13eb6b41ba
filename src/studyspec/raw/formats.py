"""The formats of raw files: their names in the manifest, their suffixes, and who reads them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studyspec.raw.content import Content
    from studyspec.raw.manifest import RawFile


@dataclass(frozen=True)
class Format:
    """One format.

    Attributes:
        name: in the manifest's entry `format`.
        suffixes: of files that are taken for this format without such an entry.
        reader: module and function, imported when a file of the format is read.
        part: the manifest's entry that names one form of a file; "" where a file holds one form.
        encoded: True where nothing in the file tells its encoding, and no other than UTF-8 may be assumed.
    """

    name: str
    suffixes: tuple[str, ...]
    reader: str
    part: str = ""
    encoded: bool = False

    def read(self, path: Path, item: RawFile) -> Content:
        """Read a file of this format.

        Raises:
            RawFileError, UnicodeDecodeError, LookupError, ValueError: its bytes are not of the format or encoding.
        """
        module, _, function = self.reader.partition(":")
        reader: Callable[[Path, RawFile], Content] = getattr(import_module(f"studyspec.raw.{module}"), function)
        return reader(path, item)


FORMATS = {
    item.name: item
    for item in (
        Format("csv", (".csv",), "read_csv:read_csv_file", encoded=True),
        Format("odm", (".xml",), "read_odm:read_odm_file", part="item_group"),
        Format("parquet", (".parquet",), "read_arrow:read_parquet"),
        Format("redcap", (), "read_redcap:read_redcap_file", part="instrument", encoded=True),
        Format("sas7bdat", (".sas7bdat",), "read_sas:read_sas7bdat_file"),
        Format("dataset-json", (".json", ".ndjson"), "read_json:read_json_file"),
        Format("xlsx", (".xlsx", ".xlsm"), "read_xlsx:read_xlsx_file", part="sheet"),
        Format("xpt", (".xpt",), "read_sas:read_xpt_file", part="dataset"),
    )
}
_BY_SUFFIX = {suffix: item for item in FORMATS.values() for suffix in item.suffixes}


def format_of(name: str) -> Format | None:
    """The format that the suffix of a file's name stands for, in upper or lower case; None for other suffixes.

    Example:
        >>> format_of("AE.XPT").name
        'xpt'
    """
    return _BY_SUFFIX.get(PurePath(name).suffix.lower())
