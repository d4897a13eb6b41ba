"""Rules: naming conventions of ADaM variables.

Sources: ADaMIG 1.3 section 3.1 (suffixes FL, DT, DTM, TM, DTF, TMF, N) and the ADaM conformance rules 5 (FL), 41 (DT),
60 (DTM), 64 and 70 (paired variables).
"""

from __future__ import annotations

from collections.abc import Iterator

from studyspec.findings import Finding, Rule
from studyspec.spec.model import Spec, Variable

PAIRED_VARIABLE = Rule(
    "SPEC-321",
    "error",
    "Numeric version without its text",
    why="A variable ending in N is the number of the text variable of the same name without the N.",
    action="Add the text variable, or correct the name or label.",
)
FLAG = Rule(
    "SPEC-322",
    "error",
    "Flag that is not Y, N or blank",
    why="A variable ending in FL holds Y, N or nothing.",
    action="Make it text of length 1 with a codelist of Y, or of Y and N.",
)
DATE_FORMAT = Rule(
    "SPEC-323",
    "error",
    "Date or time variable without its format",
    why="A variable ending in DT, DTM or TM is a SAS date, datetime or time; without a format readers see a number.",
    action="Make it an integer with a format such as DATE9., DATETIME20. or TIME5.",
)
IMPUTATION_FLAG = Rule(
    "SPEC-324",
    "error",
    "Imputation flag without its codelist",
    why="A variable ending in DTF or TMF holds terms of DATEFL (C81223) or TIMEFL (C81226).",
    action="Make it text with a codelist of that NCI Codelist Code.",
)

DATE_FORMATS = {
    "DTM": ("DATETIME", "E8601DT", "B8601DT"),
    "DT": ("DATE", "YYMMDD", "DDMMYY", "MMDDYY", "E8601DA", "B8601DA"),
    "TM": ("TIME", "E8601TM", "B8601TM", "HHMM"),
}
_FLAG_CODES = {"DTF": "C81223", "TMF": "C81226"}
# A number with (N) in its standard label that has no text version.
_UNPAIRED = ("ADURN",)


def _adam(spec: Spec) -> Iterator[Variable]:
    """The variables of an ADaM spec; none of an SDTM spec."""
    if spec.standard == "ADaM":
        yield from spec.variables


def paired_variables(spec: Spec) -> list[Finding]:
    """Numeric variables whose label ends in (N)."""
    findings = []
    for item in _adam(spec):
        if item.is_numeric and item.name.endswith("N") and item.label.endswith("(N)") and item.name not in _UNPAIRED:
            texts = [other for other in spec.variables_of[item.dataset] if not other.is_numeric]
            label = item.label.removesuffix("(N)").rstrip()
            if not any(other.name == item.name[:-1] or other.label == label for other in texts):
                what = f"{item.dataset} has {item.name} but no text variable {item.name[:-1]}."
                findings.append(PAIRED_VARIABLE.finding(what, cell=item.location.at("Variable")))
    return findings


def flags(spec: Spec) -> list[Finding]:
    """Variables ending in FL."""
    findings = []
    for item in _adam(spec):
        if not item.name.endswith("FL"):
            continue
        codelist = spec.codelists.get(item.codelist)
        if item.data_type != "text":
            what, header = f"{item.name} is {item.data_type}.", "Data Type"
        elif codelist is None:
            what, header = f"{item.name} has no codelist.", "Codelist"
        elif other := sorted({term.term for term in codelist.terms} - {"Y", "N"}):
            what, header = f"{codelist.id}, the codelist of {item.name}, also has {', '.join(other)}.", "Codelist"
        else:
            continue
        findings.append(FLAG.finding(what, cell=item.location.at(header)))
    return findings


def date_suffix(name: str) -> str:
    """DTM, DT or TM where the name ends so and is more than that, else ""."""
    return next((end for end in DATE_FORMATS if name.endswith(end) and name != end), "")


def date_formats(spec: Spec) -> list[Finding]:
    """Variables ending in DT, DTM or TM."""
    findings = []
    for item in _adam(spec):
        suffix = date_suffix(item.name)
        if not suffix:
            continue
        if not item.is_numeric:
            what = f"{item.name} is {item.data_type}, not a number."
            findings.append(DATE_FORMAT.finding(what, cell=item.location.at("Data Type")))
        elif not item.format.upper().startswith(DATE_FORMATS[suffix]):
            what = f"{item.name} has {f'format {item.format}' if item.format else 'no format'}."
            findings.append(DATE_FORMAT.finding(what, cell=item.location.at("Format")))
    return findings


def imputation_flags(spec: Spec) -> list[Finding]:
    """Variables ending in DTF or TMF."""
    findings = []
    for item in _adam(spec):
        code = next((code for end, code in _FLAG_CODES.items() if item.name.endswith(end)), None)
        codelist = spec.codelists.get(item.codelist)
        if code and (codelist is None or codelist.nci_code != code or item.is_numeric):
            what = f"{item.name} has {f'codelist {item.codelist}' if item.codelist else 'no codelist'}."
            findings.append(IMPUTATION_FLAG.finding(what, cell=item.location.at("Codelist")))
    return findings
