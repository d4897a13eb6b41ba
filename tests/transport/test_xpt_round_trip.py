from __future__ import annotations

import string
import tempfile
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from studyspec.transport.columns import XptColumn, XptDataset
from studyspec.transport.xpt_read import read_xpt
from studyspec.transport.xpt_write import write_xpt

PRINTABLE = "".join(chr(code) for code in range(32, 127))
NAMES = st.from_regex(r"[A-Z_][A-Z0-9_]{0,7}", fullmatch=True)
LABELS = st.text(PRINTABLE, max_size=40).map(lambda label: label.rstrip(" "))
IN_RANGE = st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False).filter(
    lambda value: value == 0 or 2.0**-260 <= abs(value) < 2.0**252
)
LAST = "LAST"
SPECIAL = st.sampled_from([*string.ascii_uppercase, "_"])


@st.composite
def char_columns(draw: st.DrawFn, name: str, rows: int) -> tuple[XptColumn, list[str]]:
    length = draw(st.integers(1, 200))
    shown = draw(st.sampled_from(["", "$.", f"${length}.", "$CHAR40."]))
    value = st.text(PRINTABLE + "\t\n", max_size=min(length, 12)).map(lambda text: text.rstrip(" "))
    values = draw(st.lists(value, min_size=rows, max_size=rows))
    return XptColumn(name, "char", length, draw(LABELS), shown, draw(st.sampled_from(["", "$8."]))), values


@st.composite
def num_columns(draw: st.DrawFn, name: str, rows: int) -> tuple[XptColumn, list[float | str]]:
    """A value is a number, or the letter of a missing value, "." included."""
    length = draw(st.integers(3, 8))
    number = IN_RANGE if length == 8 else st.integers(-(16**4), 16**4).map(float)
    values = draw(st.lists(number | SPECIAL | st.just("."), min_size=rows, max_size=rows))
    shown = draw(st.sampled_from(["", "8.2", "DATE9.", "BEST."]))
    return XptColumn(name, "num", length, draw(LABELS), shown), values


@st.composite
def data_sets(draw: st.DrawFn):
    names = draw(st.lists(NAMES.filter(lambda name: name != LAST), max_size=5, unique=True))
    rows = draw(st.integers(0, 6))
    drawn = [draw(st.one_of(char_columns(name, rows), num_columns(name, rows))) for name in names]
    # With a number as last variable no row is all blank, which the writer may refuse.
    drawn.append((XptColumn(LAST, "num", 8), [1.0] * rows))
    dataset = XptDataset(draw(NAMES), draw(LABELS), tuple(column for column, _ in drawn))
    frame, special = {}, {}
    for column, values in drawn:
        if column.type == "char":
            frame[column.name] = pd.Series(values, dtype="str")
            continue
        missing = [isinstance(value, str) for value in values]
        frame[column.name] = pd.Series([np.nan if isinstance(v, str) else v for v in values], dtype="float64")
        if any(missing):
            letters = [value if isinstance(value, str) and value != "." else "" for value in values]
            special[column.name] = pd.Series(letters, dtype="str")
    return pd.DataFrame(frame), dataset, special


@settings(max_examples=150, deadline=None)
@given(data_sets(), st.datetimes(datetime(1960, 1, 1), datetime(2059, 12, 31)))
def test_what_is_written_is_read_bit_for_bit(drawn, created: datetime) -> None:
    frame, dataset, special = drawn
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.xpt"
        write_xpt(path, frame, dataset, created=created, special=special)
        file = read_xpt(path)
    (member,) = file.members
    assert file.library.created == member.created == member.modified == created.replace(microsecond=0)
    assert (member.name, member.label) == (dataset.name, dataset.label)
    described = [XptColumn(c.name, c.type, c.length, c.label, c.format, c.informat) for c in member.columns]
    assert described == list(dataset.columns)
    # Adding 0 turns the -0 of the frame into +0, which XPT has alone.
    numbers = frame.select_dtypes("float64") + 0.0
    pd.testing.assert_frame_equal(member.frame, frame.assign(**numbers), check_exact=True)
    for name, values in numbers.items():
        assert not np.signbit(member.frame[name][values == 0]).any()
    written = {name: letters for name, letters in special.items() if (letters != "").any()}
    assert {name: letters.tolist() for name, letters in member.special.items()} == {
        name: letters.tolist() for name, letters in written.items()
    }
