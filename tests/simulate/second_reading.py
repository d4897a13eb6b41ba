"""A second, plain reading of the raw text by the data dictionary; it shares no code with the simulator.

What it finds must be what the truth files say: so neither the text nor the truth can drift alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from contextlib import suppress
from decimal import ROUND_HALF_UP, Decimal

from tests.simulate.extract import DICTIONARY, Extract, Rows, word_lists

Row = dict[str, str]
UNKNOWN = {"UN", "UNK", "UK", "NK"}
SEPARATORS = re.compile(" and | \\+ | / | et | e | ve | und ")
DRUGS = ("ISA", "POM", "CAR", "DEX")
FORMS = {"isa_admin": "ISATUXIMAB", "pom_log": "POMALIDOMIDE", "car_admin": "CARFILZOMIB", "dex_log": "DEXAMETHASONE"}
SPELLED = str.maketrans({"ı": "i", "İ": "I", "ß": "ss", "œ": "oe", "ø": "o", "Ø": "O", "æ": "ae", "ł": "l", "đ": "d"})


def _months() -> dict[str, str]:
    names = {}
    for language in ("en", "fr", "it", "de", "es", "tr"):
        line = re.search(rf"^\| {language} \| ([A-Z ]+) \|$", DICTIONARY, re.MULTILINE)
        assert line is not None
        names.update({name: f"{i:02d}" for i, name in enumerate(line.group(1).split(), start=1)})
    return names


MONTHS = _months()


def term(name: str, text: str) -> str:
    """Return the term of a value by the dictionary; a value it does not list is an error."""
    return word_lists()[name][text.lower()] if text else ""


def iso(text: str, layout: str) -> str:
    """Return the ISO text of a date typed at a site with this EDC_DATEFMT."""
    parts = [part for part in re.split(r"[-/.]", text) if part]
    if not parts or parts == ["UNK"]:
        return ""
    if len(parts) == 1:
        return parts[0]
    named = [part for part in parts if part in MONTHS]
    if len(parts) == 2:
        month, year = parts
        day = ""
    elif layout == "mm/dd/yyyy" and not named:
        month, day, year = parts
    else:
        day, month, year = parts
    if year in UNKNOWN:
        return ""
    year = f"20{year}" if len(year) == 2 else year
    month = MONTHS.get(month, month)
    if month in UNKNOWN:
        return year
    return f"{year}-{month}" if day in UNKNOWN | {""} else f"{year}-{month}-{day}"


def one_decimal(value: Decimal) -> str:
    return str(value.quantize(Decimal("0.1"), ROUND_HALF_UP)).removesuffix(".0")


def clean(text: str) -> str:
    """Return the verbatim repaired, in ASCII, with single spaces."""
    with suppress(UnicodeError):
        text = text.encode("cp1252").decode("utf-8")
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", text).translate(SPELLED))
    return " ".join("".join(c for c in text if not unicodedata.combining(c)).split())


class Reading:
    """Everything read from the raw forms of one extract."""

    def __init__(self, extract: Extract) -> None:
        self.forms = extract.forms
        self.layouts = {site["SITENO"]: site["EDC_DATEFMT"] for site in self.forms["sites"]}
        self.moved = {
            (row["PREVSITE"], row["PREVSUBJ"]): (row["SITENO"], row["SUBJNO"])
            for row in self.forms["enrol"]
            if row["PREVSITE"]
        }
        self.doses = self._doses()

    def usubjid(self, row: Row) -> str:
        number = (row["SITENO"], row["SUBJNO"])
        return "-".join((row["STUDY"], *self.moved.get(number, number)))

    def date(self, row: Row, column: str) -> str:
        return iso(row[column], self.layouts[row["SITENO"]])

    def of_subject(self, form: str) -> dict[str, list[tuple[int, Row]]]:
        """Return USUBJID -> (row number, row) of a form."""
        found: dict[str, list[tuple[int, Row]]] = defaultdict(list)
        for number, row in enumerate(self.forms[form], start=1):
            found[self.usubjid(row)].append((number, row))
        return found

    def _doses(self) -> Rows:
        result = []
        for form in FORMS:
            seen = set()
            for number, row in enumerate(self.forms[form], start=1):
                same = tuple(v for k, v in row.items() if k not in ("FORMREPEAT", "DATASTATUS", "ENTRYDT", "LASTMODDT"))
                given = term("NY", row["GIVEN"]) == "Y" if "GIVEN" in row else row["DOSE"] != "0"
                if given and same not in seen:
                    result.append(self._dose(form, number, row))
                seen.add(same)
        return result

    def _dose(self, form: str, number: int, row: Row) -> Row:
        start, end = self._interval(form, row)
        unit = row.get("ACTDOSEU") or row.get("DOSEU", "")
        factor = Decimal({"mg/kg": row.get("WTUSED", "1"), "ml": "20", "mg/m2": row.get("BSA", "1")}.get(unit, "1"))
        factor = min(factor, Decimal("2.2")) if unit == "mg/m2" else factor
        interval = bool(row.get("STDT"))
        route = term("ROUTE", row["ROUTE"]) if "ROUTE" in row else "ORAL" if form == "pom_log" else "INTRAVENOUS"
        return {
            "USUBJID": self.usubjid(row),
            "EXTRT": FORMS[form],
            "FORM": form,
            "ROW": str(number),
            "EXDOSE": one_decimal(Decimal(row.get("ACTDOSE") or row.get("DOSE", "")) * factor),
            "EXDOSU": "mg",
            "EXDOSFRQ": term("FRQ", row["FRQ"]) if interval else "ONCE",
            "EXROUTE": route,
            "EXSTDTC": start,
            "EXENDTC": end,
        }

    def _interval(self, form: str, row: Row) -> tuple[str, str]:
        if form == "isa_admin":
            day = self.date(row, "ADMDT")
            return tuple(f"{day}T{row[name]}" if row[name] else day for name in ("STTIM", "ENTIM"))  # type: ignore[return-value]
        if form == "car_admin":
            return self.date(row, "ADMDT"), self.date(row, "ADMDT")
        if form == "dex_log" and row["DEXDT"]:
            return self.date(row, "DEXDT"), self.date(row, "DEXDT")
        end = row["ENDT"] if form == "pom_log" else row["ENDDT"]
        return self.date(row, "STDT"), iso(end, self.layouts[row["SITENO"]]) or "2022-02-22"

    def had(self, usubjid: str) -> set[str]:
        """Return the drugs with at least one exposure record: ISA, POM, CAR, DEX."""
        return {dose["EXTRT"][:3] for dose in self.doses if dose["USUBJID"] == usubjid}

    def events(self) -> Rows:
        """Return what the ae form and its coding say, one row per event."""
        coding = defaultdict(list)
        for row in self.forms["ae_coding"]:
            coding[self.usubjid(row), row["AENUM"]].append(row)
        drugs = {usubjid: self.had(usubjid) for usubjid in {self.usubjid(row) for row in self.forms["ae"]}}
        numbers = {(self.usubjid(row), row["AENUM"]) for row in self.forms["ae"]}
        result = []
        for number, row in enumerate(self.forms["ae"], start=1):
            usubjid = self.usubjid(row)
            versions = sorted(coding[usubjid, row["AENUM"]], key=lambda c: (c["CODEPART"], c["CODEDT"]))
            latest = {version["CODEPART"]: version for version in versions}
            texts = SEPARATORS.split(clean(row["AETERM"]), maxsplit=1) if len(latest) == 2 else [clean(row["AETERM"])]
            group = row["AENUM"].split(".")[0]
            split = (usubjid, f"{group}.1") in numbers
            for part, text in enumerate(texts, start=1):
                code = latest[str(part)]
                coded = code["STATUS"].lower() == "coded"
                result.append(
                    {
                        "USUBJID": usubjid,
                        "AESPID": f"{row['AENUM']}-{part}" if len(texts) == 2 else row["AENUM"],
                        "AEGRPID": group if split else "",
                        "ROW": str(number),
                        "AETERM": text,
                        "AEDECOD": code["PT"] if coded else "",
                        "AEBODSYS": code["SOC"] if coded else "",
                        **self._event(row, drugs[usubjid]),
                    }
                )
        return result

    def _event(self, row: Row, had: set[str]) -> Row:
        start = self.date(row, "STDT")
        grade = row["GRADE"]
        cells = {
            "AESTDTC": f"{start}T{row['STTIM']}" if row["STTIM"] and len(start) == 10 else start,
            "AEENDTC": self.date(row, "ENDT"),
            "AETOXGR": grade[-1] if re.fullmatch(r"\d-\d", grade) else term("GRADE", grade),
            "AESER": term("NY", row["SER"]),
            "AEOUT": term("OUT", row["OUTC"] or row["OUT"]),
        }
        for name in ("SDTH", "SLIFE", "SHOSP", "SDISAB", "SCONG", "SMIE"):
            cells[f"AE{name}"] = term("NY", row[name])
        for drug in DRUGS:
            cells[f"AEREL{drug}"] = term("REL", row[f"REL_{drug}"])
            cells[f"AEACN{drug}"] = term("ACN", row[f"ACN_{drug}"]) if drug in had else "NOT APPLICABLE"
        return cells
