"""The columns of every form and how its file is written; `docs/raw-forms.md` says what they mean."""

from __future__ import annotations

from dataclasses import dataclass

COMMON = ("STUDY", "SITENO", "SUBJNO", "FORM", "FORMREPEAT", "VISIT", "DATASTATUS", "ENTRYDT", "LASTMODDT")


@dataclass(frozen=True)
class Form:
    """A form's own columns (behind the common ones, if it has them) and the habits of its file."""

    columns: tuple[str, ...]
    encoding: str
    line_end: str
    quote_all: bool
    common: bool

    def header(self) -> tuple[str, ...]:
        """Return all columns in file order."""
        return (*COMMON, *self.columns) if self.common else self.columns


def _form(
    columns: str, encoding: str = "utf-8", line_end: str = "\n", quote_all: bool = False, common: bool = True
) -> Form:
    return Form(tuple(columns.split()), encoding, line_end, quote_all, common)


TRUTH: dict[str, Form] = {
    "subjects": _form(
        "USUBJID SUBJID PREVSUBJ SITEID COUNTRY RETRO RFICDTC AGE SEX RACE TRT01A SAFFL TRTSDT TRTEDT ISASDT ISAEDT"
        " POMSDT POMEDT CARSDT CAREDT DEXSDT DEXEDT ISANDOSE ISACUMD ECOGBL CYTORISK NPRIOR ASCTFL CD38FL HEIGHTBL"
        " WEIGHTBL EOSSTT DCSREAS DTHFL DTHDTC",
        common=False,
    ),
    "events": _form(
        "USUBJID AESPID AEGRPID FORM ROW AETERM AEDECOD AEBODSYS AESTDTC AEENDTC AETOXGR AESER AESDTH AESLIFE AESHOSP"
        " AESDISAB AESCONG AESMIE AEREL AERELISA AERELPOM AERELCAR AERELDEX AEACN AEACNISA AEACNPOM AEACNCAR AEACNDEX"
        " AEOUT ASTDT ASTDTF AENDT AENDTF ASTDY AENDY ADURN TRTEMFL CQ01NAM",
        common=False,
    ),
    "exposure": _form("USUBJID EXTRT FORM ROW EXDOSE EXDOSU EXDOSFRQ EXROUTE EXSTDTC EXENDTC", common=False),
    "findings": _form("CODE USUBJID FORM ROW", common=False),
}

FORMS: dict[str, Form] = {
    "sites": _form("COUNTRY INVNAME OPENDT EDC_DATEFMT TZ", encoding="cp1254", quote_all=True),
    "enrol": _form(
        "ICDT ICTYPE ENRTYPE ISA1STDT_DECL DECEASED_AT_ENR IE01 IE02 IE03 IE04 IE05 INELIG_REASON PROTVER"
        " PREVSITE PREVSUBJ"
    ),
    "demog": _form("BRTHYR BRTHDT AGE_ENTERED SEX RACE ETHNIC HEIGHT HTU WEIGHT WTU", encoding="utf-8-sig"),
    "dxhist": _form(
        "DXDT MMTYPE ISS_DX RISS_DX ISS_BL ISSDT B2M B2MU ALB ALBU LDH LDHULN CREAT CREATU EGFR EMD PLASMACYT LYTIC"
    ),
    "cytogen": _form("FISHDT SPECIMEN TIMEPOINT ABN RESULT PCTCELLS CUTOFF METHOD COMMENT"),
    "priortx": _form(
        "LINENO REGIMEN DRUG1 DRUG2 DRUG3 DRUG4 STARTDT ENDDT BESTRESP REFRACT REASEND ASCT ASCTDT ANTICD38",
        line_end="\r\n",
    ),
    "ecog": _form("ECOGDT ECOGSCORE ECOG SCALE"),
    "vitals": _form("VSDT WEIGHT WTU HEIGHT HTU SBP DBP TEMP TEMPU"),
    "isa_admin": _form(
        "CYCLE DAYNOM ADMDT STTIM ENTIM PLANMGKG ACTDOSE ACTDOSEU WTUSED GIVEN NOTGIVREAS DELAYED DELAYREAS"
        " INTERRUPTED INTREAS RATE_MLH PREMED"
    ),
    "car_admin": _form("CYCLE DAYNOM ADMDT PLANMGM2 ACTDOSE ACTDOSEU BSA GIVEN MODTYPE MODREAS"),
    "pom_log": _form("CYCLE STDT ENDT DOSE DOSEU FRQ MODTYPE MODREAS AENUM"),
    "dex_log": _form("CYCLE DAYNOM DEXDT STDT ENDDT DOSE DOSEU ROUTE FRQ MODTYPE MODREAS"),
    "ae": _form(
        "AENUM AETERM AELANG STDT STDTUNK STTIM ENDT ONGOING GRADE GRADE_ONSET SER SDTH SLIFE SHOSP SDISAB SCONG SMIE"
        " REL_ISA REL_POM REL_CAR REL_DEX ACN_ISA ACN_POM ACN_CAR ACN_DEX OTHACT OUTC OUT DTHDT IRRFL INFNO OTHSPEC"
        " REPORTSRC"
    ),
    "ae_coding": _form("AENUM CODEPART CODEDT DICT DICTVER LLT CTCAETERM PT SOC CODER STATUS AEMODIFY"),
    "sae_recon": _form("CASEID AENUM EVENT ONSETDT RECVDT SERCRIT CAUS_ISA OUTCOME"),
    "eot": _form("DRUG DISCFL LASTDOSEDT DISCREAS AENUM_LINK DECISIONDT"),
    "eos": _form("EOSDT EOSSTAT LASTCONTDT"),
    "death": _form("DTHDT PRIMCAUSE CAUSETXT AUTOPSY RELATED"),
    "codelists": _form("STUDY FORM FIELD CODE DECODE LANG", common=False),
    "queries": _form("STUDY QUERYID SITENO SUBJNO FORM FIELD QTEXT STATUS OPENDT", common=False),
}

# Which vocabulary each coded field uses: form -> field -> list.
CODED: dict[str, dict[str, str]] = {
    "enrol": {"ENRTYPE": "ENRTYPE", "ICTYPE": "ICTYPE", "DECEASED_AT_ENR": "NY"},
    "demog": {"SEX": "SEX", "RACE": "RACE", "ETHNIC": "ETHNIC"},
    "dxhist": {"EMD": "NY", "PLASMACYT": "NY", "LYTIC": "NY"},
    "cytogen": {"ABN": "ABN", "RESULT": "RESULT", "SPECIMEN": "SPECIMEN"},
    "priortx": {"REFRACT": "NY", "ASCT": "NY", "ANTICD38": "NY"},
    "ecog": {"SCALE": "SCALE"},
    "isa_admin": {"GIVEN": "NY", "DELAYED": "NY", "INTERRUPTED": "NY", "PREMED": "NY"},
    "car_admin": {"GIVEN": "NY", "MODTYPE": "MODTYPE"},
    "pom_log": {"MODTYPE": "MODTYPE", "FRQ": "FRQ"},
    "dex_log": {"MODTYPE": "MODTYPE", "FRQ": "FRQ", "ROUTE": "ROUTE"},
    "ae": {
        "ONGOING": "NY",
        "GRADE": "GRADE",
        "SER": "NY",
        "SDTH": "NY",
        "SLIFE": "NY",
        "SHOSP": "NY",
        "SDISAB": "NY",
        "SCONG": "NY",
        "SMIE": "NY",
        "REL_ISA": "REL",
        "REL_POM": "REL",
        "REL_CAR": "REL",
        "REL_DEX": "REL",
        "ACN_ISA": "ACN",
        "ACN_POM": "ACN",
        "ACN_CAR": "ACN",
        "ACN_DEX": "ACN",
        "OUTC": "OUT",
        "OUT": "OUT",
        "IRRFL": "NY",
    },
    "sae_recon": {"CAUS_ISA": "REL", "OUTCOME": "OUT"},
    "eot": {"DRUG": "DRUG", "DISCFL": "NY", "DISCREAS": "DISCREAS"},
    "eos": {"EOSSTAT": "EOSSTAT"},
    "death": {"PRIMCAUSE": "PRIMCAUSE", "AUTOPSY": "NY", "RELATED": "REL"},
}
