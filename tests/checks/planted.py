"""Violations to plant into a built study: which rule must find them, where, and how they are made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pandas as pd

Value = str | float | None


@dataclass(frozen=True)
class Plant:
    """One violation: `values` go into the first record that fits `where` and that no other violation is in.

    A value of None is missing. `where` gives values the record must have; a callable gets the column.
    """

    rule: str
    dataset: str
    values: Mapping[str, Value]
    where: Mapping[str, Value | Callable[[pd.Series], pd.Series]] = field(default_factory=dict)


def filled(values: pd.Series) -> pd.Series:
    return values != "" if isinstance(values.dtype, pd.StringDtype) else values.notna()


def blank(values: pd.Series) -> pd.Series:
    return ~filled(values)


def complete(values: pd.Series) -> pd.Series:
    return values.str.len() == 10


def partial(values: pd.Series) -> pd.Series:
    return values.str.len().isin((4, 7))


def second(values: pd.Series) -> pd.Series:
    """Sequence number 2."""
    return values == 2


_UNRESOLVED = "NOT RECOVERED/NOT RESOLVED"

VALUES = [
    # terminology
    Plant("CT-001", "DM", {"SEX": "X"}),
    Plant("CT-001", "DM", {"RACE": "GREEN"}),
    Plant("CT-001", "DM", {"ETHNIC": "MARTIAN"}),
    Plant("CT-001", "AE", {"AESEV": "TERRIBLE"}),
    Plant("CT-001", "AE", {"AEACN": "STOPPED"}),
    Plant("CT-001", "AE", {"AEOUT": "DEAD"}),
    Plant("CT-002", "AE", {"EPOCH": "TREATED"}),
    Plant("CT-002", "EX", {"EXROUTE": "MOUTH"}),
    Plant("CT-002", "EX", {"EXDOSU": "mgs"}),
    Plant("CT-002", "DS", {"DSDECOD": "GONE"}, {"DSCAT": "DISPOSITION EVENT"}),
    Plant("CT-001", "SUPPAE", {"QVAL": "STOPPED"}, {"QNAM": "AEACNISA"}),
    Plant("CT-001", "ADSL", {"AGEU": "Y"}),
    Plant("CT-004", "DM", {"COUNTRY": "FR"}),
    # identifiers and text
    Plant("SD-202", "AE", {"DOMAIN": "AX"}),
    Plant("SD-203", "CM", {"STUDYID": "OTHER"}),
    Plant("SD-204", "VS", {"USUBJID": "NOBODY"}),
    Plant("SD-205", "EX", {"EXSEQ": 1.0}, {"EXSEQ": second}),
    Plant("SD-206", "MH", {"MHTERM": " MYELOMA"}),
    Plant("SD-207", "AE", {"AETERM": "."}),
    Plant("SD-209", "GF", {"GFORRES": "POSITIVE"}, {"GFSTAT": "NOT DONE"}),
    # dates
    Plant("SD-301", "AE", {"AESTDTC": "2021-02-30"}),
    Plant("SD-303", "VS", {"VSDY": 0.0}, {"VSDTC": complete}),
    Plant("SD-304", "AE", {"AESTDY": 999.0}, {"AESTDTC": complete}),
    Plant("SD-305", "EX", {"EXENDY": None}, {"EXENDTC": complete}),
    Plant("SD-306", "AE", {"AESTDY": 5.0}, {"AESTDTC": partial}),
    Plant("SD-308", "EX", {"EXENDTC": "2019-01-01"}),
    Plant("SD-313", "CM", {"CMSTDTC": ""}, {"CMENDTC": filled}),
    Plant("SD-314", "VS", {"EPOCH": ""}),
    # doses not given, parameters, times to events
    Plant("SD-508", "EC", {"ECDOSE": 5.0, "ECDOSU": "mg"}),
    Plant("SD-509", "EC", {"ECPRESP": ""}),
    Plant("AD-401", "ADEX", {"PARAM": "Another Text"}),
    Plant("AD-402", "ADEX", {"PARAMCD": "1ISADURW"}),
    Plant("AD-403", "ADEX", {"PARCAT1": "OTHER"}),
    Plant("AD-404", "ADTTE", {"CNSR": -1.0}),
    Plant("AD-405", "ADTTE", {"ADT": 1.0}),
    Plant("AD-406", "ADTTE", {"SRCSEQ": 99.0}, {"SRCDOM": "ADAE"}),
    # trial design and relations
    Plant("SD-908", "TS", {"TSVALNF": "NA"}, {"TSVAL": filled}),
    Plant("SD-909", "TS", {"TSVCDREF": ""}, {"TSVALCD": filled}),
    Plant("SD-805", "RELREC", {"IDVAR": "AEXX"}),
    # DM
    Plant("SD-402", "DM", {"USUBJID": "IONASYN01-101-0001"}),
    Plant("SD-404", "DM", {"AGE": None}),
    Plant("SD-405", "DM", {"AGE": -5.0}),
    Plant("SD-408", "DM", {"RFENDTC": "2001-01-01"}, {"RFSTDTC": filled}),
    Plant("SD-411", "DM", {"RFXSTDTC": "2001-01-01"}, {"RFXSTDTC": filled}),
    Plant("SD-412", "DM", {"RFXENDTC": "2029-01-01"}, {"RFXENDTC": filled}),
    Plant("SD-413", "DM", {"DTHFL": "N"}),
    Plant("SD-414", "DM", {"DTHDTC": "2022-01-01"}, {"DTHFL": ""}),
    Plant("SD-433", "DM", {"ARMNRS": ""}),
    Plant("SD-436", "DM", {"ACTARM": "Isa-Pdd"}, {"ACTARM": "Isa-Pd"}),
    # EX
    Plant("SD-504", "EX", {"EXDOSU": ""}),
    Plant("SD-506", "EX", {"EXDOSE": -1.0}),
    # AE
    Plant("SD-102", "AE", {"AETERM": ""}),
    Plant("SD-601", "AE", {"AESER": "N", "AESHOSP": "Y"}),
    Plant("SD-602", "AE", {"AESER": "Y"}, {"AESHOSP": "N", "AESDTH": "N", "AESLIFE": "N", "AESMIE": "N", "AESER": "N"}),
    Plant("SD-603", "AE", {"AESER": "J"}),
    Plant("SD-608", "AE", {"AEENDTC": "2022-01-01"}, {"AEOUT": _UNRESOLVED, "AEENDTC": ""}),
    Plant("SD-609", "AE", {"AEENDTC": ""}, {"AEOUT": "RECOVERED/RESOLVED"}),
    Plant("SD-613", "AE", {"AETERM": "OTHER"}),
    Plant("SD-639", "AE", {"AESOC": "Eye disorders"}),
    # DS
    Plant("SD-701", "DS", {"DSCAT": ""}),
    Plant("SD-703", "DS", {"DSSTDTC": "2001-01-01"}, {"DSDECOD": "DEATH"}),
    # SUPP--
    Plant("SD-804", "SUPPEX", {"IDVARVAL": "999"}),
    Plant("SD-805", "SUPPCM", {"IDVAR": "CMNO"}),
    Plant("SD-807", "SUPPEX", {"QNAM": "1BAD"}),
    Plant("SD-810", "SUPPAE", {"QNAM": "AESEV"}),
    # ADaM
    Plant("AD-108", "ADSL", {"SAFFL": ""}),
    Plant("AD-109", "ADAE", {"ASTDTF": "X"}, {"ASTDTF": "D"}),
    Plant("AD-110", "ADAE", {"ASTDY": 0.0}),
    Plant("AD-116", "ADSL", {"TRT01AN": 3.0}, {"TRT01A": "Isa-Pd"}),
    Plant("AD-202", "ADSL", {"SEX": "U"}),
    Plant("AD-203", "ADAE", {"USUBJID": "NOBODY"}),
    Plant("AD-204", "ADAE", {"AGE": 17.0}),
    Plant("AD-207", "ADAE", {"AETOXGR": "9"}),
    Plant("AD-301", "ADAE", {"TRTEMFL": "N"}),
    Plant("AD-302", "ADAE", {"AOCCFL": "Y"}, {"AOCCFL": "", "AESEQ": second}),
    Plant("AD-303", "ADAE", {"AENDT": 1.0}, {"ASTDT": filled, "AENDT": filled}),
    Plant("AD-305", "ADAE", {"ASTDTF": ""}, {"ASTDTF": "D"}),
]
