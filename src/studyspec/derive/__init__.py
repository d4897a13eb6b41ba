"""The public functions a spec may call: pure, vectorised, one clear name each, documented with a worked example.

Importing this package registers them all in `registry.ENGINE`.
"""

from studyspec.derive import (
    aggregates,
    codelists,
    collected_dates,
    dates,
    imputation,
    numbers,
    windows,
)

__all__ = [
    "aggregates",
    "codelists",
    "collected_dates",
    "dates",
    "imputation",
    "numbers",
    "windows",
]
