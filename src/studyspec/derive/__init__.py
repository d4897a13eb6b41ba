"""The public functions a spec may call: pure, vectorised, one clear name each, documented with a worked example.

Importing this package registers them all in `registry.ENGINE`.
"""

from studyspec.derive import (
    adverse_events,
    aggregates,
    codelists,
    collected_dates,
    comparisons,
    dates,
    encoding,
    imputation,
    numbers,
    schedules,
    subjects,
    text,
    units,
    values,
    windows,
)

__all__ = [
    "adverse_events",
    "aggregates",
    "codelists",
    "collected_dates",
    "comparisons",
    "dates",
    "encoding",
    "imputation",
    "numbers",
    "schedules",
    "subjects",
    "text",
    "units",
    "values",
    "windows",
]
