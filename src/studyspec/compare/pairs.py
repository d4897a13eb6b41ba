"""Pairs of data sets to compare: two files, or everything of the same name in two folders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from studyspec.compare.compare import compare_datasets
from studyspec.compare.criterion import Criterion
from studyspec.compare.dataset import Dataset
from studyspec.compare.faults import ID_VARIABLE, NOTHING_TO_COMPARE, CompareError
from studyspec.compare.read import read_datasets
from studyspec.compare.result import Comparison
from studyspec.findings import Finding

BASE, COMPARE = "BASE", "COMPARE"


@dataclass(frozen=True)
class Pair:
    """What became of one name.

    Attributes:
        name: of the data set, without a libref.
        comparison: the result, when both sides have it and it could be compared.
        fault: why it could not be compared.
        missing_from: "BASE" or "COMPARE" when only the other side has it.
    """

    name: str
    comparison: Comparison | None = None
    fault: Finding | None = None
    missing_from: str = ""

    @property
    def status(self) -> int:
        """Its exit status: 0 when SYSINFO is 0, 1 when something differs, 2 when it could not be compared."""
        if self.fault is not None:
            return 2
        return int(self.comparison is None or self.comparison.sysinfo != 0)

    @property
    def verdict(self) -> str:
        """One word or two for a status line."""
        if self.fault is not None:
            return "NOT COMPARED"
        return f"NOT IN {self.missing_from}" if self.comparison is None else self.comparison.verdict


@dataclass(frozen=True)
class IdVariables:
    """ID variables for all data sets, or for each by its name in upper case."""

    default: tuple[str, ...] = ()
    by_dataset: Mapping[str, tuple[str, ...]] | None = None

    def of(self, name: str) -> tuple[str, ...]:
        """Those of one data set."""
        return (self.by_dataset or {}).get(name, self.default)


def id_variables_of(texts: Sequence[str]) -> IdVariables:
    """Read what stands after --id.

    Args:
        texts: each "USUBJID,AESEQ" for all data sets or "ADSL=USUBJID" for one.

    Raises:
        CompareError: a text names no variable, or says a thing twice.

    Example:
        >>> ids = id_variables_of(["USUBJID", "ADAE=USUBJID,AESEQ"])
        >>> ids.of("ADSL"), ids.of("ADAE")
        (('USUBJID',), ('USUBJID', 'AESEQ'))
    """
    default: tuple[str, ...] = ()
    by_dataset: dict[str, tuple[str, ...]] = {}
    for text in texts:
        dataset, equals, names = text.rpartition("=")
        variables = tuple(name.strip().upper() for name in names.replace(",", " ").split())
        key = dataset.strip().upper()
        if not variables or (equals and not key):
            raise CompareError(ID_VARIABLE.finding(f"--id {text!r} names no variable."))
        if key in by_dataset or (not key and default):
            raise CompareError(ID_VARIABLE.finding(f"--id is given twice for {key or 'all data sets'}."))
        if key:
            by_dataset[key] = variables
        else:
            default = variables
    return IdVariables(default, by_dataset)


def compare_paths(
    base: Path, compare: Path, *, ids: IdVariables, criterion: Criterion | None = None, encoding: str = "utf-8"
) -> list[Pair]:
    """Compare two files, or two folders by the names of their data sets.

    Args:
        base: a file or a folder.
        compare: the same kind.
        ids: the ID variables.
        criterion: None: the default of each data set.
        encoding: of XPT files.

    Returns:
        One pair per name, in the order of the names. Two files of one data set each are a pair whatever their names.

    Raises:
        CompareError: a file cannot be read, one path is a folder and the other is not, or there is no data set.

    Example:
        ``compare_paths(Path("build/adam"), Path("qc/adam"), ids=id_variables_of(["ADSL=USUBJID"]))``
    """
    for path in (base, compare):
        if not path.exists():
            raise CompareError(NOTHING_TO_COMPARE.finding(f"{path.name}: there is no such file or folder."))
    if base.is_dir() != compare.is_dir():
        raise CompareError(NOTHING_TO_COMPARE.finding("One path is a folder and the other is a file."))
    before = read_datasets(base, BASE, encoding=encoding)
    after = read_datasets(compare, COMPARE, encoding=encoding)
    if not before and not after:
        raise CompareError(
            NOTHING_TO_COMPARE.finding("The folders hold no XPT, sas7bdat, Parquet or Dataset-JSON file.")
        )
    if not base.is_dir() and len(before) == len(after) == 1:
        ((name, one),), (other,) = before.items(), after.values()
        return [_pair(name, one, other, ids, criterion)]
    pairs = []
    for name in sorted({*before, *after}):
        if name in before and name in after:
            pairs.append(_pair(name, before[name], after[name], ids, criterion))
        else:
            pairs.append(Pair(name, missing_from=COMPARE if name in before else BASE))
    return pairs


def _pair(name: str, base: Dataset, compare: Dataset, ids: IdVariables, criterion: Criterion | None) -> Pair:
    try:
        return Pair(name, compare_datasets(base, compare, id_variables=ids.of(name), criterion=criterion))
    except CompareError as error:
        return Pair(name, fault=error.finding)
