"""Sheets of a workbook that hold the records of a dataset: the study's constants in TS, TA and TE."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from studyspec.spec.workbook import Location, Sheet


@dataclass(frozen=True)
class SheetRecord:
    """A row of a dataset's sheet: its cells in the order of the sheet's headers."""

    values: tuple[str, ...]
    location: Location = field(compare=False)


@dataclass(frozen=True)
class DatasetSheet:
    """A sheet with the name of a dataset (TS, TA, TE): the dataset's records, under headers that are its variables."""

    dataset: str
    headers: tuple[str, ...]
    records: tuple[SheetRecord, ...]

    @property
    def form(self) -> str:
        """The form that the sheet is read as: the dataset's name in lower case."""
        return self.dataset.lower()

    def location(self, row: int) -> Location:
        """Where the record in this row of the sheet stands.

        Raises:
            KeyError: there is no record in the row.
        """
        return self._locations[row]

    @cached_property
    def _locations(self) -> dict[int, Location]:
        return {record.location.row: record.location for record in self.records}


def dataset_sheet(sheet: Sheet) -> DatasetSheet:
    """A sheet with the name of a dataset."""
    records = (SheetRecord(tuple(row[header] for header in sheet.headers), row.location) for row in sheet.rows)
    return DatasetSheet(sheet.name, sheet.headers, tuple(records))
