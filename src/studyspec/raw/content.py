"""What a reader makes of a raw file, whatever its format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from studyspec.findings import Finding

WHOLE = ""


class RawFileError(ValueError):
    """A file is not of its format; the message says why, without the name of the file."""


@dataclass(frozen=True)
class Content:
    """The parts of a file as text frames, data row 1 first, and what is wrong in single cells.

    Attributes:
        parts: name of a sheet, data set, item group or instrument to its records. `WHOLE` is the part of a file that
            can hold one form only.
        findings: values that cannot be taken as they are.
    """

    parts: dict[str, pd.DataFrame]
    findings: Sequence[Finding] = ()
