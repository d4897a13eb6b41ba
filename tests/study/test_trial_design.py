"""Trial design of the reference study says what its data say."""

from __future__ import annotations

import pandas as pd
from tests.study.reference import committed


def dataset(name: str) -> pd.DataFrame:
    return committed().built.datasets[name]


def parameter(code: str) -> list[str]:
    ts = dataset("TS")
    return sorted(ts.loc[ts["TSPARMCD"] == code, "TSVAL"])


def test_summary_agrees_with_the_subjects() -> None:
    dm = dataset("DM")
    assert parameter("ACTSUB") == [str(len(dm))]
    assert parameter("SSTDTC") == [min(dm["RFICDTC"][dm["RFICDTC"] != ""])]
    assert parameter("FCNTRY") == sorted(set(dm["COUNTRY"]))
    assert parameter("TRT") == sorted(set(dataset("EX")["EXTRT"]))


def test_summary_agrees_with_the_arms() -> None:
    arms = dataset("TA")[["ARMCD", "ARM"]].drop_duplicates()
    assert parameter("NARMS") == [str(len(arms))]
    given = dataset("DM")[["ACTARMCD", "ACTARM"]].drop_duplicates()
    assert set(given[given["ACTARMCD"] != ""].itertuples(index=False, name=None)) == set(
        arms.itertuples(index=False, name=None)
    )


def test_every_parameter_has_a_value_or_says_why_not() -> None:
    ts = dataset("TS")
    assert ((ts["TSVAL"] == "") != (ts["TSVALNF"] == "")).all()


def test_elements_of_arms_and_of_subjects_are_elements_of_the_trial() -> None:
    elements = set(dataset("TE")["ETCD"])
    assert set(dataset("TA")["ETCD"]) == elements
    assert set(dataset("SE")["ETCD"]) - {"UNPLAN"} == elements


def test_elements_of_a_subject_follow_each_other_without_a_gap() -> None:
    se = dataset("SE").sort_values(["USUBJID", "SESEQ"])
    following = se.groupby("USUBJID")["SESTDTC"].shift(-1)
    inner = following.notna()
    assert (se["SEENDTC"][inner] == following[inner]).all()
    assert set(se["USUBJID"]) == set(dataset("DM")["USUBJID"])


def test_exposure_lies_in_the_element_of_treatment() -> None:
    treated = dataset("SE").query("EPOCH == 'TREATMENT'").set_index("USUBJID")
    ex = dataset("EX").join(treated[["SESTDTC", "SEENDTC"]], on="USUBJID")
    assert (ex["SESTDTC"] <= ex["EXSTDTC"]).all()
    # Of one subject only the month of the end of participation is known.
    ended = ex["SEENDTC"].str.len() == 10
    assert (ex["EXSTDTC"].str[:10] < ex["SEENDTC"])[ended].all()


def test_related_records_come_in_pairs_and_are_there() -> None:
    relrec = dataset("RELREC")
    assert (relrec.groupby(["USUBJID", "RELID"]).size() == 2).all()
    for name, own in relrec.groupby("RDOMAIN"):
        records = dataset(str(name))
        known = set(zip(records["USUBJID"], records[f"{name}SEQ"], strict=True))
        assert set(zip(own["USUBJID"], own["IDVARVAL"].astype(float), strict=True)) <= known
