"""Cases of the SDTM rules about single domains."""

from __future__ import annotations

from tests.checks.cases import Case

_EX = "USUBJID: 1 | 1; EXSTDTC: 2021-03-01 | 2021-03-08; EXENDTC: 2021-03-01 | 2021-03-09"
_FATAL = "USUBJID: 1; AESDTH: Y; AEOUT: FATAL"
_STYPE = "TSPARMCD: STYPE; TSVAL: OBSERVATIONAL"

DM = [
    Case("SD-401", {"DM": "SUBJID: 1 | 1 | 2"}, {"DM": "SUBJID: 1 | 3 | 2"}, "DM 1, DM 2"),
    Case("SD-402", {"DM": "USUBJID: 1 | 1 | 2"}, {"DM": "USUBJID: 1 | 3 | 2"}, "DM 1, DM 2"),
    Case("SD-403", {"DM": "#AGE: 60 | ; AGEU: | "}, {"DM": "AGEU: YEARS | "}, "DM 1"),
    Case("SD-404", {"DM": "#AGE: 60 | ; AGEU: YEARS | YEARS"}, {"DM": "AGEU: YEARS | "}, "DM 2"),
    Case("SD-405", {"DM": "#AGE: 0 | -1"}, {"DM": "#AGE: 0 | 1"}, "DM 2"),
    Case("SD-406", {"DM": "#AGE: | ; ARMNRS: SCREEN FAILURE | "}, {"DM": "#AGE: | 60"}, "DM 2"),
    Case("SD-407", {"DM": "ARM: A | ; RFENDTC: | "}, {"DM": "RFENDTC: 2021 | "}, "DM 1"),
    Case(
        "SD-408",
        {"DM": "RFSTDTC: 2021-02 | 2021; RFENDTC: 2021-01-05 | 2021-01"},
        {"DM": "RFENDTC: 2021-02-05 | "},
        "DM 1",
    ),
    Case("SD-409", {"DM": "RFXSTDTC: 2021-02-02; RFXENDTC: 2021-02-01"}, {"DM": "RFXENDTC: 2021-02-02T10:00"}, "DM 1"),
    Case("SD-410", {"DM": "RFICDTC: 2021-02-02; RFSTDTC: 2021-02-01"}, {"DM": "RFSTDTC: 2021-02-02"}, "DM 1"),
    Case("SD-411", {"EX": _EX, "DM": "USUBJID: 1; RFXSTDTC: 2021-03-08"}, {"DM": "RFXSTDTC: 2021-03-01"}, "DM 1"),
    Case("SD-412", {"EX": _EX, "DM": "USUBJID: 1; RFXENDTC: 2021-03-08"}, {"DM": "RFXENDTC: 2021-03-09"}, "DM 1"),
    Case("SD-413", {"DM": "DTHFL: Y | N | "}, {"DM": "DTHFL: Y | Y | "}, "DM 2"),
    Case("SD-414", {"DM": "DTHDTC: 2021 | ; DTHFL: | "}, {"DM": "DTHFL: Y | "}, "DM 1"),
    Case("SD-415", {"DM": "DTHDTC: | ; DTHFL: Y | "}, {"DM": "DTHDTC: 2021 | "}, "DM 1"),
    Case("SD-416", {"AE": _FATAL, "DM": "USUBJID: 1 | 2; DTHFL: | "}, {"DM": "DTHFL: Y | "}, "DM 1"),
    Case("SD-417", {"AE": _FATAL, "DM": "USUBJID: 1 | 2; DTHFL: | "}, {"DM": "DTHFL: Y | "}, "DM 1"),
    Case("SD-418", {"DS": "USUBJID: 1; DSDECOD: DEATH", "DM": "USUBJID: 1; DTHFL: "}, {"DM": "DTHFL: Y"}, "DM 1"),
    Case("SD-431", {"DM": "ARMCD: ; ARM: A"}, {"DM": "ARMCD: A"}, "DM 1"),
    Case("SD-432", {"DM": "ACTARMCD: ; ACTARM: A"}, {"DM": "ACTARMCD: A"}, "DM 1"),
    Case("SD-433", {"DM": "ARMCD: | A; ARMNRS: | "}, {"DM": "ARMNRS: NOT ASSIGNED | "}, "DM 1"),
    Case("SD-434", {"DM": "ARMCD: A; ACTARMCD: A; ARMNRS: NOT ASSIGNED"}, {"DM": "ARMNRS: "}, "DM 1"),
    Case("SD-435", {"DM": "ARMCD: A | A | B; ARM: x | y | z"}, {"DM": "ARM: x | x | z"}, "DM 1, DM 2"),
    Case("SD-436", {"DM": "ACTARMCD: A | B | C; ACTARM: x | x | z"}, {"DM": "ACTARM: x | y | z"}, "DM 1, DM 2"),
    Case("SD-437", {"TA": "ARMCD: A", "DM": "ARMCD: A | B"}, {"DM": "ARMCD: A | "}, "DM 2"),
    Case("SD-438", {"DM": f"ARMCD: {'A' * 21}"}, {"DM": f"ARMCD: {'A' * 20}"}, "DM 1"),
    Case("SD-439", {"DM": "USUBJID: 1; RACE: MULTIPLE"}, {"SUPPDM": "USUBJID: 1; QNAM: RACE1"}, "DM 1"),
    Case("SD-440", {"EX": "USUBJID: 2", "DM": "USUBJID: 1; ARMCD: A; ARMNRS: "}, {"EX": "USUBJID: 1"}, "DM 1"),
    Case("SD-441", {"EX": "USUBJID: 2", "DM": "USUBJID: 1; ARMNRS: "}, {"DM": "ARMNRS: NOT ASSIGNED"}, "DM 1"),
    Case("SD-442", {"DS": "USUBJID: 2", "DM": "USUBJID: 1 | 2; ACTARMCD: A | A"}, {"DM": "ACTARMCD: | A"}, "DM 1"),
]
EX = [
    Case("SD-501", {"DM": "USUBJID: 1"}, {"EX": "USUBJID: 1"}, "EX"),
    Case("SD-501", {"DM": "USUBJID: 1"}, {"TS": _STYPE}, "EX"),
    Case("SD-502", {"EX": "EXTRT: PLACEBO | A; #EXDOSE: 5 | 5"}, {"EX": "#EXDOSE: 0 | 5"}, "EX 1"),
    Case("SD-503", {"EX": "#EXDOSE: 5 | ; EXDOSTXT: 5-10 | 5-10"}, {"EX": "EXDOSTXT: | 5-10"}, "EX 1"),
    Case("SD-504", {"EX": "#EXDOSE: 5 | ; EXDOSU: | "}, {"EX": "EXDOSU: mg | "}, "EX 1"),
    Case("SD-505", {"EX": "EXDOSTXT: 5 | 5-10"}, {"EX": "EXDOSTXT: | 5-10"}, "EX 1"),
    Case("SD-506", {"EX": "#EXDOSE: 5 | -5"}, {"EX": "#EXDOSE: 5 | 0"}, "EX 2"),
    Case("SD-508", {"EC": "ECOCCUR: N | Y; #ECDOSE: 5 | 5"}, {"EC": "#ECDOSE: | 5"}, "EC 1"),
    Case("SD-508", {"CM": "CMOCCUR: N; #CMDOSE: ; CMDOSTXT: 5-10"}, {"CM": "CMDOSTXT: "}, "CM 1"),
    Case("SD-509", {"EC": "ECPRESP: Y | | ; ECOCCUR: N | Y | "}, {"EC": "ECPRESP: Y | Y | "}, "EC 2"),
    Case(
        "SD-507",
        {"DM": "USUBJID: 1 | 2; ARMCD: | A", "EX": "USUBJID: 1 | 1 | 2"},
        {"DM": "ARMCD: A | A"},
        "EX 1",
    ),
    Case("SD-507", {"DM": "USUBJID: 1; ARMCD: ", "EX": "USUBJID: 1"}, {"TS": _STYPE}, "EX 1"),
]
AE = [
    Case("SD-601", {"AE": "AESER: N | N; AESHOSP: Y | N; AESDTH: N | "}, {"AE": "AESER: Y | N"}, "AE 1"),
    Case("SD-602", {"AE": "AESER: Y | N; AESHOSP: N | N; AESDTH: | "}, {"AE": "AESDTH: Y | "}, "AE 1"),
    Case("SD-603", {"AE": "AESER: Y | U"}, {"AE": "AESER: Y | "}, "AE 2"),
    Case("SD-604", {"AE": "AESCAN: Y | U; AESHOSP: N | N"}, {"AE": "AESCAN: Y | N"}, "AE 2"),
    Case("SD-605", {"AE": "AEOCCUR: Y"}, {"AE": "AETERM: x; -AEOCCUR"}, "AE"),
    Case("SD-606", {"AE": "AESTAT: NOT DONE"}, {"AE": "AETERM: x; -AESTAT"}, "AE"),
    Case("SD-607", {"AE": "AEREASND: x"}, {"AE": "AETERM: x; -AEREASND"}, "AE"),
    Case(
        "SD-608",
        {"AE": "AEOUT: NOT RECOVERED/NOT RESOLVED | FATAL; AEENDTC: 2021 | 2021"},
        {"AE": "AEENDTC: | 2021"},
        "AE 1",
    ),
    Case("SD-609", {"AE": "AEOUT: RECOVERED/RESOLVED | UNKNOWN; AEENDTC: | "}, {"AE": "AEENDTC: 2021 | "}, "AE 1"),
    Case(
        "SD-610",
        {"DM": "USUBJID: 1; DTHDTC: 2021-03-02", "AE": "USUBJID: 1; AEOUT: FATAL; AEENDTC: 2021-03-01"},
        {"AE": "AEENDTC: 2021-03-02T10:00"},
        "AE 1",
    ),
    Case(
        "SD-611",
        {"DS": "USUBJID: 1 | 1; DSSTDTC: 2021-01 | 2021-03", "AE": "USUBJID: 1 | 2; AESTDTC: 2021-04-01 | 2021-04-01"},
        {"AE": "AESTDTC: 2021-03-01 | 2021"},
        "AE 1",
    ),
    Case(
        "SD-612", {"AE": "USUBJID: 1; AEOUT: UNKNOWN; AESDTH: N", "DM": "USUBJID: 1; DTHFL: Y"}, {"AE": _FATAL}, "DM 1"
    ),
    Case("SD-613", {"AE": "AETERM: Other | Other pain"}, {"AE": "AETERM: cough | Other pain"}, "AE 1"),
    Case("SD-614", {"MH": "MHTERM: MULTIPLE | MULTIPLE MYELOMA"}, {"MH": "MHTERM: x | MULTIPLE MYELOMA"}, "MH 1"),
]
CODING = [
    Case("SD-631", {"AE": "AEDECOD: | A; #AEPTCD: 1 | 2"}, {"AE": "AEDECOD: B | A"}, "AE 1"),
    *(
        Case(
            rule,
            {"AE": f"AE{text}: A | A | B | ; #AE{code}: 1 | 2 | 3 | "},
            {"AE": f"#AE{code}: 1 | 1 | 3 | "},
            "AE 1, AE 2",
        )
        for rule, text, code in [
            ("SD-632", "DECOD", "PTCD"),
            ("SD-633", "LLT", "LLTCD"),
            ("SD-634", "HLT", "HLTCD"),
            ("SD-635", "HLGT", "HLGTCD"),
            ("SD-636", "BODSYS", "BDSYCD"),
            ("SD-637", "SOC", "SOCCD"),
        ]
    ),
    Case("SD-638", {"AE": "#AEBDSYCD: 1 | ; #AESOCCD: 2 | 2"}, {"AE": "#AESOCCD: 1 | 2"}, "AE 1"),
    Case("SD-639", {"AE": "AEBODSYS: A | ; AESOC: B | "}, {"AE": "AESOC: A | "}, "AE 1"),
]
_CONSENT = "USUBJID: 1 | 1; DSDECOD: {0} | {0}; DSTERM: {0} | {0}; DSSTDTC: 2021-02 | 2021-01".format(
    "INFORMED CONSENT OBTAINED"
)
DS = [
    Case("SD-701", {"DS": "DSCAT: DISPOSITION EVENT | "}, {"DS": "DSCAT: OTHER EVENT | OTHER EVENT"}, "DS 2"),
    Case("SD-702", {"DS": "DSTERM: COMPLETED | X; DSDECOD: X | X"}, {"DS": "DSDECOD: COMPLETED | X"}, "DS 1"),
    Case(
        "SD-703",
        {"DM": "USUBJID: 1; DTHDTC: 2021-03", "DS": "USUBJID: 1; DSDECOD: DEATH; DSSTDTC: 2021-03-02"},
        {"DS": "DSSTDTC: 2021-03"},
        "DS 1",
    ),
    Case(
        "SD-704", {"DS": _CONSENT, "DM": "USUBJID: 1 | 2; RFICDTC: 2021-02 | "}, {"DM": "RFICDTC: 2021-01 | "}, "DM 1"
    ),
    Case(
        "SD-705", {"DS": _CONSENT, "DM": "USUBJID: 1 | 2; RFICDTC: 2021-02 | "}, {"DM": "RFICDTC: 2021-01 | "}, "DM 1"
    ),
    Case(
        "SD-706",
        {
            "DS": "USUBJID: 1 | 1 | 1; DSCAT: DISPOSITION EVENT | DISPOSITION EVENT | OTHER EVENT; DSSCAT: A | A | A; "
            "EPOCH: TREATMENT | TREATMENT | TREATMENT"
        },
        {"DS": "DSSCAT: A | B | A"},
        "DS 1, DS 2",
    ),
    Case("SD-707", {"DS": "USUBJID: 1; DSDECOD: X", "DM": "USUBJID: 1; DTHFL: Y"}, {"DS": "DSDECOD: DEATH"}, "DM 1"),
]
_AE = "USUBJID: 1 | 1; #AESEQ: 1 | 2; AESMIE: N | N"
SUPP = [
    Case("SD-801", {"SUPPAE": "RDOMAIN: AE | DM; IDVAR: | "}, {"SUPPAE": "IDVAR: AESEQ | "}, "SUPPAE 1"),
    Case("SD-802", {"SUPPAE": "IDVAR: | ; IDVARVAL: 1 | "}, {"SUPPAE": "IDVAR: AESEQ | "}, "SUPPAE 1"),
    Case("SD-803", {"SUPPAE": "IDVAR: AESEQ; IDVARVAL: "}, {"SUPPAE": "IDVARVAL: 1"}, "SUPPAE 1"),
    Case(
        "SD-804",
        {"AE": _AE, "SUPPAE": "USUBJID: 1 | 2; RDOMAIN: AE | AE; IDVAR: AESEQ | AESEQ; IDVARVAL: 3 | 1"},
        {"SUPPAE": "USUBJID: 1 | 1; IDVARVAL: 1 | 2"},
        "SUPPAE 1, SUPPAE 2",
    ),
    Case(
        "SD-804",
        {"DM": "USUBJID: 1", "SUPPDM": "USUBJID: 1 | 2; RDOMAIN: DM | DM; IDVAR: | ; IDVARVAL: | "},
        {"DM": "USUBJID: 1 | 2"},
        "SUPPDM 2",
    ),
    Case(
        "SD-804",
        {
            "QSCO": "USUBJID: 1; #QSSEQ: 1",
            "QSMM": "USUBJID: 1; #QSSEQ: 2",
            "SUPPQS": "USUBJID: 1 | 1; RDOMAIN: QS | QS; IDVAR: QSSEQ | QSSEQ; IDVARVAL: 2 | 3",
        },
        {"QSCO": "#QSSEQ: 3"},
        "SUPPQS 2",
    ),
    Case("SD-805", {"AE": _AE, "SUPPAE": "RDOMAIN: AE; IDVAR: AENO"}, {"SUPPAE": "IDVAR: AESEQ"}, "SUPPAE 1"),
    Case(
        "SD-806",
        {"SUPPAE": "USUBJID: 1 | 1; IDVAR: AESEQ | AESEQ; IDVARVAL: 1 | 1; QNAM: A | A"},
        {"SUPPAE": "QNAM: A | B"},
        "SUPPAE 1, SUPPAE 2",
    ),
    Case(
        "SD-807", {"SUPPAE": "QNAM: AEX | 1AE | AEVERYLONG"}, {"SUPPAE": "QNAM: AEX | AE1 | A_1"}, "SUPPAE 2, SUPPAE 3"
    ),
    Case("SD-808", {"SUPPAE": f"QLABEL: {'L' * 41}"}, {"SUPPAE": f"QLABEL: {'L' * 40}"}, "SUPPAE 1"),
    Case("SD-809", {"SUPPAE": "QNAM: A | A; QLABEL: x | y"}, {"SUPPAE": "QLABEL: x | x"}, "SUPPAE 1, SUPPAE 2"),
    Case("SD-810", {"SUPPAE": "RDOMAIN: AE | AE; QNAM: AETOXGR | AERELX"}, {"SUPPAE": "QNAM: AEX | AEY"}, "SUPPAE 1"),
    Case("SD-811", {"SUPPAE": "RDOMAIN: AE | CM"}, {"SUPPAE": "RDOMAIN: AE | AE"}, "SUPPAE 2"),
    Case("SD-812", {"SUPPAE": "RDOMAIN: AE"}, {"AE": "AETERM: x"}, "SUPPAE 1"),
    Case("SD-812", {"SUPPQS": "RDOMAIN: QS"}, {"QSCO": "USUBJID: 1"}, "SUPPQS 1"),
    Case("SD-813", {"SUPPDM": "QNAM: ITT | PREVSUBJ"}, {"SUPPDM": "QNAM: RACE1 | PREVSUBJ"}, "SUPPDM 1"),
    Case(
        "SD-814",
        {"AE": _AE, "SUPPAE": "USUBJID: 1 | 1; IDVARVAL: 1 | 2; QNAM: AESOSP | OTHER"},
        {"AE": "AESMIE: Y | N"},
        "SUPPAE 1",
    ),
    Case(
        "SD-805",
        {"AE": _AE, "RELREC": "USUBJID: 1 | 1; RDOMAIN: AE | AE; IDVAR: AESEQ | AEXX; IDVARVAL: 1 | 1"},
        {"RELREC": "IDVAR: AESEQ | "},
        "RELREC 2",
    ),
    Case(
        "SD-815",
        {"AE": _AE, "RELREC": "USUBJID: 1 | ; RDOMAIN: AE | AE; IDVAR: AESEQ | AESEQ; IDVARVAL: 9 | "},
        {"RELREC": "IDVARVAL: 2 | "},
        "RELREC 1",
    ),
]
