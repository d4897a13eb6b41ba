"""Second programs of displays agree on analysis data that the extract does not hold: values swapped and blanked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from study.reference import ROOT, committed, study
from studyspec.build.partition import Built
from studyspec.build.records import RecordSet
from studyspec.qc.production import built_production
from studyspec.qc.runner import Runner, Sources
from studyspec.run import display_inputs
from studyspec.tables.analysis import analyse
from studyspec.tables.results import results_frame

RATE = 0.05
# Variables that change together; each can be blank in real data.
PERTURBED = {
    "ADAE": (
        ("AEDECOD",),
        ("AEBODSYS",),
        ("ATOXGR", "ATOXGRN"),
        ("AESER",),
        ("AEOUT",),
        ("AEENRTPT",),
        ("AEACNOTH",),
        ("SERCRIT",),
        ("RELTXT",),
        ("ACNTXT",),
        ("AESTDTC",),
        ("AEENDTC",),
        ("ASTDT", "ASTDTF", "ASTDY"),
        ("AENDT", "AENDTF", "AENDY"),
        ("ADURN",),
        ("DOSEON", "DOSEU"),
        ("LDOSEDT", "LDAEELD"),
        ("TRTEMRS",),
        ("CQ01NAM",),
        ("CQ02NAM",),
        ("CQ03NAM",),
        ("SAMEDYFL",),
    ),
    "ADSL": (
        ("WEIGHTBL",),
        ("HEIGHTBL",),
        ("EGFRBL",),
        ("ISSBL",),
        ("ECOGBL", "ECOGBLN"),
        ("CYTORISK",),
        ("DTHDT", "DTHDTF", "DTHADY"),
        ("DTHCAUS",),
        ("DTHTXT",),
        ("DTHREL",),
        ("DTHAUTOP",),
        ("LDDTHELD",),
        ("RISKEDT",),
    ),
    "ADEX": (("AVAL",),),
}
SWAPPED_ONLY = {"ADAE": (("TRTEMFL",), ("AETERM",)), "ADTTE": (("AVAL",), ("CNSR",))}


def perturbed(frame: pd.DataFrame, name: str, rng: np.random.Generator) -> pd.DataFrame:
    """The dataset with values of other records, or none, on about a tenth of the records of each variable."""
    changed = frame.copy()
    blanked = PERTURBED.get(name, ())
    for variables in (*blanked, *SWAPPED_ONLY.get(name, ())):
        swapped, blank = rng.random((2, len(frame))) < RATE
        other = rng.integers(0, len(frame), len(frame))
        for variable in variables:
            values = frame[variable]
            missing = np.nan if pd.api.types.is_numeric_dtype(values) else ""
            changed[variable] = values.mask(swapped, values.iloc[other].set_axis(values.index))
            if variables in blanked:
                changed[variable] = changed[variable].mask(blank, missing)
    return changed


def perturbed_build(seed: int) -> Built:
    rng = np.random.default_rng(seed)
    built = committed().built
    frames = {name: perturbed(built.records[name].frame(), name, rng) for name in sorted({*PERTURBED, *SWAPPED_ONLY})}
    return replace(
        built,
        records=built.records | {name: RecordSet.from_frame(frame) for name, frame in frames.items()},
        datasets=built.datasets | {name: frame[list(built.datasets[name])] for name, frame in frames.items()},
    )


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    with Runner(Sources.read(ROOT)) as runner:
        yield runner


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_displays_agree_on_perturbed_analysis_data(runner: Runner, seed: int) -> None:
    tlf, adam = study().tlf, study().adam
    assert tlf is not None
    assert adam is not None
    built = perturbed_build(seed)
    frames, values = display_inputs(study(), adam, built)
    results = {
        display.file_name.upper(): results_frame(analyse(display, frames, values).results)
        for display in tlf.displays.values()
    }
    found = runner.check(built_production(study(), built, results), lambda layer, name: layer == "tlf")
    assert len(found) == len(tlf.displays)
    assert [item.line() for item in found if not item.agrees] == []
