"""Raw Dataset-JSON files as text."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from studyspec.raw.content import WHOLE, Content, RawFileError
from studyspec.raw.manifest import RawFile
from studyspec.raw.values import value_text
from studyspec.transport.dataset_json_read import DatasetJsonError, parse_dataset_json


def read_json_file(path: Path, item: RawFile) -> Content:
    """Read a Dataset-JSON 1.1 file, JSON or NDJSON.

    Dates, times and decimals are text in such a file and stay as they are; numbers are the shortest text that reads
    back; booleans are true and false; null is blank.

    Raises:
        RawFileError: it is no such file, or a value is a list or an object.
    """
    try:
        content = parse_dataset_json(path)
        columns = {
            column["name"]: pd.array([value_text(value) for value in content.values(place)], dtype="str")
            for place, column in enumerate(content.columns)
        }
    except (DatasetJsonError, TypeError, UnicodeDecodeError) as error:
        raise RawFileError(str(error)) from None
    if len(columns) != len(content.columns):
        raise RawFileError("two columns have the same name")
    return Content({WHOLE: pd.DataFrame(columns, index=range(len(content.rows)))})
