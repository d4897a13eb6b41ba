"""Cases of the SDTM rules: structure, identifiers, dates."""

from __future__ import annotations

from tests.checks.cases import Case

_DM = "STUDYID: S; USUBJID: 1; RFSTDTC: 2021-03-10"

STRUCTURE = [
    Case("SD-101", {"AE": "*; -AETERM"}, {"AE": "*"}, "AE"),
    Case("SD-102", {"AE": "AETERM: headache | "}, {"AE": "AETERM: headache | cough"}, "AE 2"),
    Case("SD-103", {"AE": "*; -AESER"}, {"AE": "*"}, "AE"),
    Case("SD-104", {"AE": "*; AECOLOUR: red"}, {"AE": "*; AEXAF: red; -AEXAF"}, "AE"),
    Case("SD-105", {"AE": "DOMAIN: AE; STUDYID: S"}, {"AE": "*"}, "AE"),
    Case("SD-106", {"AE": "AESEQ: one"}, {"AE": "#AESEQ: 1"}, "AE"),
    Case("SD-107", {"AE": "AETERM: x"}, {}, "AE", labels={"AE.AETERM": "L" * 41}),
    Case("SD-107", {"AE": "AETERM: x"}, {}, "AE", labels={"AE.AETERM": ""}),
    Case("SD-108", {"AE": "AEVERYLONG: x"}, {"AE": "AETERM: x; -AEVERYLONG"}, "AE"),
    Case("SD-108", {"AE": "1AE: x"}, {"AE": "AETERM: x; -1AE"}, "AE"),
    Case("SD-109", {"ZZ": "ZZTERM: x"}, {"ZZ": "ZZ: x; -ZZTERM"}, "ZZ", labels={"ZZ.ZZTERM": "Date of first dose"}),
    Case("SD-110", {"AE": "AETERM: x"}, {}, "AE", labels={"AE.AETERM": "Term as Reported"}),
    Case("SD-111", {"AE": "AETERM: x"}, {}, "AE", labels={"AE": "Events"}),
    Case("SD-112", {"AE": ""}, {"AE": "AETERM: x"}, "AE"),
    Case("SD-113", {"AE": "AETERM: cough"}, {}, "AE", lengths={"AE.AETERM": 6}),
    Case("SD-114", {"ZZ": "ZZTERM: x"}, {"ZZ": None, "AE": "AETERM: x"}, "ZZ"),
]
IDENTIFIERS = [
    Case("SD-201", {"AE": "DOMAIN: AE | A"}, {"AE": "DOMAIN: AE | AE"}, "AE 2"),
    Case("SD-202", {"AE": "DOMAIN: AE | AX"}, {"AE": "DOMAIN: AE | AE"}, "AE 2"),
    Case("SD-203", {"DM": "STUDYID: S", "AE": "STUDYID: S | T"}, {"AE": "STUDYID: S | S"}, "AE 2"),
    Case("SD-204", {"DM": "USUBJID: 1", "AE": "USUBJID: 1 | 2"}, {"AE": "USUBJID: 1 | 1"}, "AE 2"),
    Case(
        "SD-205",
        {"AE": "USUBJID: 1 | 1 | 2; #AESEQ: 1 | 1 | 1"},
        {"AE": "#AESEQ: 1 | 2 | 1"},
        "AE 1, AE 2",
    ),
    Case("SD-206", {"AE": "AETERM: cough |  cough"}, {"AE": "AETERM: cough | dry cough"}, "AE 2"),
    Case("SD-207", {"AE": "AETERM: cough | ."}, {"AE": "AETERM: cough | a.b"}, "AE 2"),
    Case(
        "SD-208",
        {"VS": "VSTESTCD: TEMP | TEMP | WEIGHT; VSTEST: Temperature | Temp | Weight"},
        {"VS": "VSTEST: Temperature | Temperature | Weight"},
        "VS 1, VS 2",
    ),
    Case("SD-209", {"VS": "VSSTAT: NOT DONE | ; VSORRES: 5 | 5"}, {"VS": "VSORRES: | 5"}, "VS 1"),
]
DATES = [
    Case(
        "SD-301",
        {"AE": "AESTDTC: 2021-02-28 | 2021-02-30 | 15.03.2021"},
        {"AE": "AESTDTC: 2021 | 2021---15 | "},
        "AE 2, AE 3",
    ),
    Case("SD-302", {"EX": "EXDUR: P3D | 3 days"}, {"EX": "EXDUR: P3D | PT1H30M"}, "EX 2"),
    Case(
        "SD-303",
        {"DM": _DM, "VS": "USUBJID: 1 | 1 | 1; VSDTC: 2021-03-10 | 2021-03-09 | 2021-03; #VSDY: 0 | -1 | "},
        {"VS": "#VSDY: 1 | -1 | "},
        "VS 1",
    ),
    Case(
        "SD-304",
        {"DM": _DM, "AE": "USUBJID: 1 | 1; AESTDTC: 2021-03-12 | 2021-03-12T10:00; #AESTDY: 2 | 3"},
        {"AE": "#AESTDY: 3 | 3"},
        "AE 1",
    ),
    Case(
        "SD-305",
        {"DM": _DM, "AE": "USUBJID: 1 | 1; AEENDTC: 2021-03-12 | 2021-03-01; #AEENDY: | -9"},
        {"AE": "#AEENDY: 3 | -9"},
        "AE 1",
    ),
    Case("SD-306", {"DM": _DM, "AE": "USUBJID: 1; AESTDTC: 2021-03; #AESTDY: 1"}, {"AE": "#AESTDY: "}, "AE 1"),
    Case(
        "SD-307",
        {"DM": "USUBJID: 1; RFSTDTC: 2021", "AE": "USUBJID: 1; AEENDTC: 2021-03-12; #AEENDY: 1"},
        {"DM": _DM},
        "AE 1",
    ),
    Case(
        "SD-308",
        {"AE": "USUBJID: 1 | 1 | 1; AESTDTC: 2021-04 | 2021-03-20 | 2021-03-20; AEENDTC: 2021-03-31 | 2021-03 | "},
        {"AE": "AEENDTC: 2021-04-01 | 2021-03 | 2021"},
        "AE 1",
    ),
    Case("SD-309", {"VS": "USUBJID: 1; VSDTC: 2021"}, {"VS": "#VSDY: 1"}, "VS"),
    Case("SD-310", {"AE": "USUBJID: 1; AESTDTC: 2021"}, {"AE": "#AESTDY: 1"}, "AE"),
    Case("SD-311", {"AE": "USUBJID: 1; #AESTDY: 1"}, {"AE": "AESTDTC: 2021"}, "AE"),
    Case("SD-312", {"AE": "USUBJID: 1; #AEENDY: 1"}, {"AE": "AEENDTC: 2021"}, "AE"),
    Case(
        "SD-313",
        {"AE": "AESTDTC: 2021 | | ; AEENDTC: 2021 | 2021 | ; AEENRTPT: | | ONGOING"},
        {"AE": "AESTDTC: 2021 | 2021 | 2020"},
        "AE 2, AE 3",
    ),
    Case("SD-314", {"AE": "EPOCH: TREATMENT | "}, {"AE": "EPOCH: TREATMENT | FOLLOW-UP"}, "AE 2"),
    Case("SD-314", {"AE": "AETERM: cough"}, {"AE": "EPOCH: TREATMENT"}, "AE"),
]
DESIGN = [
    Case("SD-901", {"TS": "TSPARMCD: A | B; TSVAL: 1 | ; TSVALNF: | "}, {"TS": "TSVALNF: | NA"}, "TS 2"),
    Case("SD-908", {"TS": "TSPARMCD: A | B; TSVAL: 1 | ; TSVALNF: NA | NA"}, {"TS": "TSVALNF: | NA"}, "TS 1"),
    Case("SD-909", {"TS": "TSVALCD: C1 | ; TSVCDREF: | "}, {"TS": "TSVCDREF: CDISC CT | "}, "TS 1"),
    Case("SD-902", {"TS": "TSPARMCD: A | A; #TSSEQ: 1 | 1"}, {"TS": "#TSSEQ: 1 | 2"}, "TS 1, TS 2"),
    Case("SD-903", {"TS": "TSPARMCD: A | A; TSPARM: x | y"}, {"TS": "TSPARM: x | x"}, "TS 1, TS 2"),
    Case("SD-904", {"TE": "ETCD: TRT", "TA": "ETCD: TRT | FU"}, {"TE": "ETCD: TRT | FU"}, "TA 2"),
    Case("SD-905", {"TE": "ETCD: TRT", "SE": "ETCD: UNPLAN | FU"}, {"SE": "ETCD: UNPLAN | TRT"}, "SE 2"),
    Case("SD-906", {"TA": "ARMCD: A | A; ARM: x | y"}, {"TA": "ARM: x | x"}, "TA 1, TA 2"),
    Case("SD-907", {"TE": "ETCD: A | B; ELEMENT: x | x"}, {"TE": "ELEMENT: x | y"}, "TE 1, TE 2"),
]
TECHNICAL = [
    Case("TRC-1734", {"DM": "USUBJID: 1"}, {"TS": "TSPARMCD: SSTDTC; TSVAL: 2021-03-01"}, "TS"),
    Case("TRC-1734", {"TS": "TSPARMCD: TITLE; TSVAL: x"}, {"TS": "TSPARMCD: SSTDTC; TSVAL: 2021"}, "TS"),
    Case("TRC-1734", {"TS": "TSPARMCD: SSTDTC; TSVAL: March"}, {"TS": "TSVAL: 2021-03"}, "TS 1"),
    Case("TRC-1735", {"AE": "AETERM: x"}, {}, "AE", files={"AE": "AE.XPT"}),
    Case("TRC-1736", {"AE": "AETERM: x"}, {"DM": "USUBJID: 1"}, "DEFINE, DM"),
    Case("TRC-1736", {"ADAE": "AETERM: x"}, {"ADSL": "USUBJID: 1"}, "ADSL, DEFINE"),
]
