"""A build is a pure function of a subject's records: any division of a study gives the same, and nothing is lost."""

from __future__ import annotations

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.build.mini import build, spec
from tests.build.test_partition import ADAM, SHEETS

from studyspec.build.partition import Built

# Joins within the subject and to a reference form, keys with and without the subject, an aggregate, value levels,
# supplementals, a window: all that looks beyond the record itself.
SDTM = spec(
    "SDTM",
    {
        **SHEETS,
        "Forms": SHEETS["Forms"] + "    coding | Coding | SUBJ |\n    sites | Sites | |\n",
        "Sources": """
            Dataset | Order | Source | Form  | Where      | Join                                        | Key        | Duplicates | Function
            DM      | 1     | DM     | enrol |            | sites on SITE keep first by COUNTRY         | SUBJ       | keep last  |
            AE      | 1     | AE     | ae    | TERM != "" | coding on NR keep last by CODE; sites on SITE keep first by COUNTRY | NR, TERM | keep first |
            AE      | 2     | DEATH  | enrol | DEAD == "Y" | | * | keep first |
        """,  # noqa: E501
        "Mapping": """
            Dataset | Variable | Source | Expression
            DM      | USUBJID  |        | USUBJID
            DM      | AGE      |        | AGE
            AE      | USUBJID  |        | USUBJID
            AE      | AETERM   | AE     | concat([TERM, coding.CODE, sites.COUNTRY], separator="/")
            AE      | AETERM   | DEATH  | "DEATH"
            AE      | AESER    | AE     | SER
            AE      | AESTDTC  | AE     | START
            AE      | AERELISA | AE     | if_else(count(dose.DATE, where=dose.DATE <= START) > 0, "Y", "N")
        """,
        "Methods": SHEETS["Methods"].replace("ae.GRADE", "last(dose.DATE, where=dose.DATE <= AESTDTC)"),
        "ValueLevel": "Order | Dataset | Variable | Where Clause | Data Type | Length | Assigned Value\n"
        "1 | AE | AESER | AETERM EQ DEATH | text | 1 | Y",
        "Checks": """
            ID   | Dataset | Where        | Severity | Message          | Action
            C01  | AE      | AESTDY < 1   | warning  | {AETERM} {AESEQ} | query
            C02  | dose    | DATE == ""   | warning  | a dose           | query
        """,
    },
)
ANALYSIS = spec("ADaM", ADAM)

subjects = st.sampled_from(["S1-1", "S1-2", "S1-10", "s1-1", "S1-Z", ""])
dates = st.sampled_from(["", "2021-01-01", "2021-01-02", "2021-02", "2020-12-31"])
sites = st.sampled_from(["", "A", "B"])
FORMS = {
    "enrol": st.tuples(subjects, sites, st.sampled_from(["", "64", "71"]), st.sampled_from(["Y", "N"])),
    "ae": st.tuples(
        subjects, sites, st.sampled_from(["", "1", "2"]), st.sampled_from(["", "cough", "Fever"]),
        st.sampled_from(["", "1", "0", "?"]), dates, st.just("2"),
    ),
    "coding": st.tuples(subjects, st.sampled_from(["", "1", "2"]), st.sampled_from(["X", "Y"])),
    "dose": st.tuples(subjects, dates),
    "sites": st.tuples(sites, st.sampled_from(["FRA", "ITA"])),
    "queries": st.tuples(st.just("Q")),
}  # fmt: skip
COLUMNS = {
    "enrol": ["SUBJ", "SITE", "AGE", "DEAD"],
    "ae": ["SUBJ", "SITE", "NR", "TERM", "SER", "START", "GRADE"],
    "coding": ["SUBJ", "NR", "CODE"],
    "dose": ["SUBJ", "DATE"],
    "sites": ["SITE", "COUNTRY"],
    "queries": ["ID"],
}
studies = st.fixed_dictionaries({name: st.lists(rows, max_size=8) for name, rows in FORMS.items()})


def run(study: dict[str, list[tuple[str, ...]]], partitions: int) -> Built:
    frames = {name: pd.DataFrame(rows, columns=pd.Index(COLUMNS[name]), dtype="str") for name, rows in study.items()}
    return build(SDTM, frames, ANALYSIS, partitions=partitions)


@given(studies, st.integers(2, 9))
@settings(max_examples=12)
def test_any_number_of_partitions_gives_the_same(study: dict[str, list[tuple[str, ...]]], partitions: int) -> None:
    one, other = run(study, 1), run(study, partitions)
    assert one.datasets.keys() == other.datasets.keys()
    for name, frame in one.datasets.items():
        pd.testing.assert_frame_equal(other.datasets[name], frame, obj=name)
    pd.testing.assert_frame_equal(other.ledger, one.ledger, obj="ledger")
    pd.testing.assert_frame_equal(other.lineage, one.lineage, obj="lineage")
    assert other.findings == one.findings


@given(studies)
@settings(max_examples=12)
def test_every_raw_record_is_accounted_for(study: dict[str, list[tuple[str, ...]]]) -> None:
    """In the ledger or a finding; of a source, in the dataset or excluded with a reason."""
    built = run(study, 1)
    ledger = built.ledger[built.ledger["FORM"].isin(list(study))]
    known = set(zip(ledger["FORM"], ledger["RECORD"], strict=True))
    known |= {(item.form, item.record) for item in built.findings if item.code == "BUILD-001"}
    assert known == {(name, number) for name, rows in study.items() for number in range(1, len(rows) + 1)}

    used = ledger[(ledger["FORM"] == "ae") & ledger["STATUS"].isin(["output", "excluded"])]
    assert sorted(used["RECORD"]) == list(range(1, len(study["ae"]) + 1))
    assert (used.loc[used["STATUS"] == "excluded", "REASON"] != "").all()
    sources = built.lineage[(built.lineage["DATASET"] == "AE") & (built.lineage["ROLE"] == "source")]
    made = sources.loc[sources["FORM"] == "ae", "RECORD"]
    assert sorted(made) == sorted(used.loc[used["STATUS"] == "output", "RECORD"])
    assert len(built.datasets["AE"]) == len(sources)
