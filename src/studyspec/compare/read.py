"""Data sets from files: XPT, sas7bdat, Parquet and Dataset-JSON.

XPT is read by the strict reader. A file that it refuses is read by pyreadstat, with a note in the listing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from studyspec.compare.dataset import Dataset, Variable, dataset_from_arrow
from studyspec.compare.faults import UNREADABLE, CompareError
from studyspec.compare.read_dataset_json import read_dataset_json
from studyspec.transport.dataset_json_read import DatasetJsonError, is_dataset_json
from studyspec.transport.readstat import LOOSE, ReadstatError, SasTable, read_loose_xpt, read_sas7bdat
from studyspec.transport.xpt_read import XptError, XptMember, read_xpt

_SAS_KNOWN = frozenset({"length", "format", "label"})


def read_datasets(path: Path, libref: str, *, encoding: str = "utf-8") -> dict[str, Dataset]:
    """Read the data sets of a file, or of all files of a folder that hold data sets.

    Args:
        path: a file named .xpt, .sas7bdat, .parquet, .json or .ndjson, or a folder of such files; others in it, and
            JSON that is not Dataset-JSON, are left alone.
        libref: stands before the names: "BASE" gives BASE.ADSL.
        encoding: of XPT files, which do not say.

    Returns:
        The data sets by their name in upper case. A data set of XPT has the name that the file says; where there is
        none, and in a folder where each file holds one, it is the name of the file.

    Raises:
        CompareError: a file cannot be read, has another suffix, or two files hold data sets of one name.

    Example:
        ``read_datasets(Path("build/adam"), "PROD")["ADSL"].name`` gives ``"PROD.ADSL"``.
    """
    if not path.is_dir():
        found = _read_file(path, libref, encoding)
        return {dataset.name.partition(".")[2]: dataset for dataset in found}
    datasets: dict[str, Dataset] = {}
    for file in sorted(item for item in path.iterdir() if item.is_file() and _holds_data(item)):
        found = _read_file(file, libref, encoding)
        if len(found) == 1:
            found = [replace(found[0], name=f"{libref}.{file.stem.upper()}")]
        for dataset in found:
            name = dataset.name.partition(".")[2]
            if name in datasets:
                raise _unreadable(file, f"the folder holds another data set {name}", "Keep one of them.")
            datasets[name] = dataset
    return datasets


def _holds_data(path: Path) -> bool:
    suffix = path.suffix.lower()
    return suffix in _READERS and (suffix not in _JSON or is_dataset_json(path))


def _read_file(path: Path, libref: str, encoding: str) -> list[Dataset]:
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise _unreadable(path, f"files named {path.suffix or 'without a suffix'} are not read")
    try:
        path.open("rb").close()
        return reader(path, libref, encoding)
    except OSError as error:
        raise _unreadable(path, error.strerror or "it cannot be opened") from None


def _read_xpt(path: Path, libref: str, encoding: str) -> list[Dataset]:
    try:
        return [_from_member(member, libref) for member in read_xpt(path, encoding=encoding).members]
    except XptError as error:
        return [_read_loose_xpt(path, libref, encoding, str(error))]


def _from_member(member: XptMember, libref: str) -> Dataset:
    variables = tuple(
        Variable(column.name, column.type, column.length, column.label, column.format, column.informat)
        for column in member.columns
    )
    return Dataset(
        f"{libref}.{member.name.upper()}",
        variables,
        member.frame,
        member.label,
        member.type,
        member.created,
        member.modified,
        member.special,
    )


def _read_loose_xpt(path: Path, libref: str, encoding: str, refusal: str) -> Dataset:
    try:
        table = read_loose_xpt(path, encoding)
    except ReadstatError as error:
        raise _unreadable(path, f"{refusal} {error}") from None
    return _from_table(table, libref, (f"{path.name}: not quite XPT version 5. {refusal} It was read by {LOOSE}.",))


def _read_sas7bdat(path: Path, libref: str, encoding: str) -> list[Dataset]:
    # The file names its encoding itself.
    try:
        return [_from_table(read_sas7bdat(path), libref, ())]
    except ReadstatError as error:
        raise _unreadable(path, str(error)) from None


def _from_table(table: SasTable, libref: str, notes: tuple[str, ...]) -> Dataset:
    return Dataset(
        f"{libref}.{table.name}",
        tuple(Variable(item.name, item.type, item.length, item.label, item.format) for item in table.columns),
        table.frame,
        table.label,
        "",
        table.created,
        table.modified,
        table.special,
        _SAS_KNOWN,
        notes,
    )


def _read_parquet(path: Path, libref: str, encoding: str) -> list[Dataset]:
    # Text in Parquet is UTF-8.
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
        table.validate(full=True)
        columns = dict(zip(table.column_names, table.columns, strict=True))
    except (pa.ArrowException, UnicodeDecodeError) as error:
        raise _unreadable(path, str(error)) from None
    return [dataset_from_arrow(columns, f"{libref}.{path.stem.upper()}")]


def _read_json(path: Path, libref: str, encoding: str) -> list[Dataset]:
    # JSON is UTF-8.
    try:
        return [read_dataset_json(path, libref)]
    except (DatasetJsonError, UnicodeDecodeError) as error:
        raise _unreadable(path, str(error)) from None


def _unreadable(path: Path, why: str, action: str = "") -> CompareError:
    return CompareError(UNREADABLE.finding(f"{path.name}: {why.rstrip('.')}.", action=action))


_JSON = (".json", ".ndjson")
_READERS: dict[str, Callable[[Path, str, str], list[Dataset]]] = {
    ".json": _read_json,
    ".ndjson": _read_json,
    ".parquet": _read_parquet,
    ".sas7bdat": _read_sas7bdat,
    ".xpt": _read_xpt,
}
