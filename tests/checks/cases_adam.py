"""Cases of the terminology rules and of those for analysis datasets."""

from __future__ import annotations

from tests.checks.cases import Case

_ADSL = "USUBJID: 1 | 2; SEX: F | M; #AGE: 60 | 61"

TERMS = [
    Case("CT-001", {"DM": "SEX: F | X | "}, {"DM": "SEX: F | M | "}, "DM 2"),
    Case("CT-001", {"ADSL": "RACE: WHITE | GREEN"}, {"ADSL": "RACE: WHITE | ASIAN"}, "ADSL 2"),
    Case("CT-001", {"ADAE": "AEOUT: FATAL | DEAD"}, {"ADAE": "AEOUT: FATAL | UNKNOWN"}, "ADAE 2"),
    Case(
        "CT-001", {"TS": "TSPARMCD: ADAPT | TITLE; TSVAL: MAYBE | MAYBE"}, {"TS": "TSVAL: N | MAYBE"}, "TS 1", spec=True
    ),
    Case("CT-002", {"EX": "EXROUTE: ORAL | MOUTH"}, {"EX": "EXROUTE: ORAL | INTRAVENOUS"}, "EX 2"),
    Case(
        "CT-002",
        {"DS": "DSCAT: DISPOSITION EVENT | PROTOCOL MILESTONE; DSDECOD: DEATH | DEATH"},
        {"DS": "DSDECOD: DEATH | INFORMED CONSENT OBTAINED"},
        "DS 2",
    ),
    Case("CT-002", {"DS": "DSSCAT: DEAD"}, {"DS": "DSSCAT: DEATH"}, "DS 1", spec=True),
    Case("CT-003", {"DS": "DSSCAT: DEATH"}, {"DS": "DSSCAT: STUDY PARTICIPATION"}, "DS", spec=True),
    Case("CT-004", {"DM": "COUNTRY: FRA | FR | "}, {"DM": "COUNTRY: FRA | USA | "}, "DM 2"),
    Case("CT-005", {"VS": "VSTESTCD: TEMP"}, {"VS": "VSSTAT: NOT DONE; -VSTESTCD"}, "VS"),
]
VARIABLES = [
    Case("AD-101", {"ADSL": "STUDYID: S"}, {"ADSL": "*; TRT01P: x"}, "ADSL"),
    Case("AD-102", {"ADSL": "AGEU: YEARS"}, {}, "ADSL", labels={"ADSL.AGEU": "Unit of Age"}),
    Case("AD-103", {"ADSL": "AGE: 60"}, {"ADSL": "#AGE: 60"}, "ADSL"),
    Case("AD-103", {"ADSL": "LASTDTM: 60"}, {"ADSL": "#LASTDTM: 60"}, "ADSL"),
    Case("AD-104", {"ADSL": "#TRTSDT: 22000"}, {}, "ADSL", formats={"ADSL.TRTSDT": "8."}),
    Case("AD-105", {"ADAE": "PREFL: Y | X"}, {"ADAE": "PREFL: Y | "}, "ADAE 2"),
    Case("AD-106", {"ADAE": "#PREFN: 1 | 2 | "}, {"ADAE": "#PREFN: 1 | 0 | "}, "ADAE 2"),
    Case("AD-107", {"ADAE": "PREFL: Y | ; #PREFN: 0 | 0"}, {"ADAE": "#PREFN: 1 | "}, "ADAE 1"),
    Case("AD-108", {"ADSL": "SAFFL: Y | "}, {"ADSL": "SAFFL: Y | N"}, "ADSL 2"),
    Case("AD-109", {"ADAE": "ASTDTF: D | X"}, {"ADAE": "ASTDTF: D | "}, "ADAE 2"),
    Case("AD-110", {"ADAE": "#ASTDY: 1 | 0"}, {"ADAE": "#ASTDY: 1 | -1"}, "ADAE 2"),
    Case("AD-111", {"ADAE": f"AETERM: {'x' * 201}"}, {"ADAE": f"AETERM: {'x' * 200}"}, "ADAE 1"),
    Case("AD-112", {"ADSL": "USUBJID: 1 | 1"}, {"ADSL": "USUBJID: 1 | 2"}, "ADSL 1, ADSL 2"),
    Case("AD-113", {"EX": "USUBJID: 1", "ADSL": "USUBJID: 1"}, {"ADSL": "#TRTSDT: 1"}, "ADSL"),
    Case("AD-114", {"ADSL": "#TRT01AN: 1"}, {"ADSL": "TRT01A: A"}, "ADSL"),
    Case("AD-114", {"ADSL": "#TR01AG1N: 1"}, {"ADSL": "TR01AG1: A"}, "ADSL"),
    Case("AD-115", {"ADAE": "ANL01FL: Y"}, {"ADAE": "-ANL01FL; PREFL: Y"}, "ADAE", labels={"ADAE.ANL01FL": "Flag"}),
    Case(
        "AD-116",
        {"ADSL": "AGEGR1: A | A | B | ; #AGEGR1N: 1 | 2 | 3 | 4"},
        {"ADSL": "#AGEGR1N: 1 | 1 | 3 | "},
        "ADSL 1, ADSL 2, ADSL 4",
    ),
]
TRACEABILITY = [
    Case("AD-201", {"DM": "USUBJID: 1 | 2", "ADSL": "USUBJID: 1"}, {"ADSL": "USUBJID: 1 | 2"}, "DM 2"),
    Case("AD-202", {"DM": _ADSL, "ADSL": "USUBJID: 2 | 1; SEX: M | M"}, {"ADSL": "SEX: M | F"}, "ADSL 2"),
    Case("AD-203", {"ADSL": "USUBJID: 1", "ADAE": "USUBJID: 1 | 2"}, {"ADSL": "USUBJID: 1 | 2"}, "ADAE 2"),
    Case("AD-204", {"ADSL": _ADSL, "ADAE": "USUBJID: 1 | 2; #AGE: 60 | 62"}, {"ADAE": "#AGE: 60 | 61"}, "ADAE 2"),
    Case(
        "AD-205",
        {"AE": "USUBJID: 1; #AESEQ: 1", "ADAE": "USUBJID: 1 | 1; #AESEQ: 1 | 2"},
        {"AE": "USUBJID: 1 | 1; #AESEQ: 1 | 2"},
        "ADAE 2",
    ),
    Case(
        "AD-206",
        {"AE": "USUBJID: 1 | 1; #AESEQ: 1 | 2", "ADAE": "USUBJID: 1; #AESEQ: 1"},
        {"ADAE": "USUBJID: 1 | 1; #AESEQ: 1 | 2"},
        "AE 2",
    ),
    Case(
        "AD-207",
        {"AE": "USUBJID: 1 | 1; #AESEQ: 1 | 2; AEOUT: A | B", "ADAE": "USUBJID: 1 | 1; #AESEQ: 2 | 1; AEOUT: B | B"},
        {"ADAE": "AEOUT: B | A"},
        "ADAE 2",
    ),
    Case("AD-208", {"DM": "AGEU: YEARS", "ADSL": "AGEU: YEARS"}, {}, "ADSL", labels={"ADSL.AGEU": "Unit"}),
]
_SOURCED = "USUBJID: 1 | 1; SRCVAR: ASTDT | ASTDT"
PARAMETERS = [
    Case(
        "AD-401", {"ADTTE": "PARAM: A | A | B; PARAMCD: X | Y | Z"}, {"ADTTE": "PARAM: A | C | B"}, "ADTTE 1, ADTTE 2"
    ),
    Case(
        "AD-402",
        {"ADEX": "PARAMCD: DOSE_1 | 1DOSE | DOSEDOSES | A-B"},
        {"ADEX": "PARAMCD: A | B | _C | D1"},
        "ADEX 2, ADEX 3, ADEX 4",
    ),
    Case(
        "AD-403", {"ADEX": "PARAMCD: X | X | Y; PARCAT1: A | B | B"}, {"ADEX": "PARCAT1: A | A | B"}, "ADEX 1, ADEX 2"
    ),
    Case("AD-404", {"ADTTE": "#CNSR: 0 | -1 | 1.5 | "}, {"ADTTE": "#CNSR: 0 | 1 | 2 | 0"}, "ADTTE 2, ADTTE 3, ADTTE 4"),
    Case("AD-404", {"ADTTE": "CNSR: 0 | NO"}, {"ADTTE": "#CNSR: 0 | 1"}, "ADTTE 2"),
    Case("AD-405", {"ADTTE": "#STARTDT: 5 | 5 | ; #ADT: 4 | 5 | 1"}, {"ADTTE": "#ADT: 5 | | 1"}, "ADTTE 1"),
    Case(
        "AD-406",
        {
            "ADAE": "USUBJID: 1 | 2; #AESEQ: 1 | 2; #ASTDT: 1 | 1",
            "ADTTE": f"{_SOURCED}; SRCDOM: ADAE | ADAE; #SRCSEQ: 1 | 2",
        },
        {"ADTTE": "#SRCSEQ: 1 | "},
        "ADTTE 2",
    ),
    Case(
        "AD-406",
        {
            "ADSL": "USUBJID: 1; #DTHDT: 5",
            "ADTTE": "USUBJID: 1 | 1 | 1; SRCDOM: ADSL | ADSL | XX; SRCVAR: DTHDT | EOSDT | A; #SRCSEQ: | | ",
        },
        {"ADTTE": "SRCDOM: ADSL | | TS; SRCVAR: DTHDT | | TSVAL", "TS": "TSVAL: A; #TSSEQ: 1"},
        "ADTTE 2, ADTTE 3",
    ),
]
OCCURRENCES = [
    Case("AD-301", {"ADAE": "TRTEMFL: Y | N"}, {"ADAE": "TRTEMFL: Y | "}, "ADAE 2"),
    Case("AD-302", {"ADAE": "USUBJID: 1 | 1 | 2; AOCCFL: Y | Y | Y"}, {"ADAE": "AOCCFL: Y | | Y"}, "ADAE 1, ADAE 2"),
    Case(
        "AD-302",
        {"ADAE": "USUBJID: 1 | 1 | 1; AEBODSYS: A | A | A; AEDECOD: p | p | q; AOCCPFL: Y | Y | Y"},
        {"ADAE": "AOCCPFL: Y | | Y"},
        "ADAE 1, ADAE 2",
    ),
    Case("AD-303", {"ADAE": "#ASTDT: 5 | 5; #AENDT: 4 | "}, {"ADAE": "#AENDT: 5 | "}, "ADAE 1"),
    Case(
        "AD-304",
        {"ADAE": "AESTDTC: 2021-03-01 | 2021-03; #ASTDT: 1 | 1; ASTDTF: D | D"},
        {"ADAE": "ASTDTF: | D"},
        "ADAE 1",
    ),
    Case(
        "AD-305",
        {"ADAE": "AEENDTC: 2021-03 | ; #AENDT: 1 | ; AENDTF: | "},
        {"ADAE": "AENDTF: D | "},
        "ADAE 1",
    ),
]
