"""SAS files: numbers by their formats, special missings as text."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from raw.extracts import found_codes, read_forms


def test_xpt_numbers_take_their_formats(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"TERM": ["NA", " a", ""], "N": [1.0, 0.1, None], "D": [19725.0, 19725.5, None], "T": [0.0, 86399.5, 86400.0]}
    )
    formats = {"D": "DATE9.", "T": "TIME8."}
    pyreadstat.write_xport(frame, str(tmp_path / "ae.xpt"), file_format_version=5, variable_format=formats)
    forms = read_forms(tmp_path, {"file": "ae.xpt", "rows": 3})
    assert forms["ae"].to_dict("list") == {
        "TERM": ["NA", " a", ""],
        "N": ["1", "0.1", ""],
        "D": ["2014-01-02", "19725.5", ""],
        "T": ["00:00:00", "23:59:59.5", "86400"],
    }


@pytest.mark.parametrize("name", ["ae.xpt"])
def test_a_file_of_another_format_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("A,B\n1,2\n")
    assert found_codes(tmp_path, {"file": name, "rows": 1}) == ["RAW-014"]
