"""Rules: codelists against CDISC controlled terminology, and against the variables that use them.

Source: NCI EVS controlled terminology as shipped in `studyspec.standards`. Terms may be added to extensible codelists
only (SDTMIG 3.4 section 4.3.2).
"""

from __future__ import annotations

from studyspec.findings import Finding, Rule
from studyspec.spec.load_rows import is_number
from studyspec.spec.model import NUMERIC_TYPES, Codelist, Spec, Term, ValueLevel
from studyspec.spec.near import did_you_mean
from studyspec.spec.rules_references import definitions
from studyspec.standards import StandardCodelist, codelist

UNKNOWN_TERM = Rule(
    "SPEC-131",
    "error",
    "Term not in the controlled terminology",
    why="The CDISC codelist is not extensible: no other terms are allowed.",
    action="Use one of its terms.",
)
EXTENDED_TERM = Rule(
    "SPEC-132",
    "note",
    "Term extends the controlled terminology",
    why="The CDISC codelist is extensible, and the term is the study's own; it could also be misspelt.",
    action="If it is meant, set Extended to Yes.",
)
TERM_CODE = Rule(
    "SPEC-133",
    "error",
    "Wrong NCI term code",
    why="Reviewers' tools recognise a term by its code.",
    action="Correct the NCI Term Code; terms of the study's own have none.",
)
UNVERIFIED_CODELIST = Rule(
    "SPEC-134",
    "note",
    "Codelist not verified",
    why="The CDISC codelist of that code is not among those shipped.",
    action="Compare its terms with the NCI's by hand.",
)
CODELIST_TYPE = Rule(
    "SPEC-135",
    "error",
    "Codelist of another type than the variable",
    why="A variable and its codelist hold the same type of values.",
    action="Correct one of the two data types.",
)
SYNONYM = Rule(
    "SPEC-136",
    "error",
    "Synonym claimed by two terms",
    why="A raw value is mapped to one term; matching ignores case and outer blanks.",
    action="Remove the synonym from one of the two terms.",
)
ASSIGNED_VALUE = Rule(
    "SPEC-137",
    "error",
    "Assigned value that the variable cannot have",
    why="The value is not in the variable's codelist, or is text for a number.",
    action="Correct the value, or add it to the codelist.",
)
TERM_LENGTH = Rule(
    "SPEC-138",
    "error",
    "Term longer than the variable",
    why="The value would not fit; the engine never cuts a value silently.",
    action="Raise the variable's Length.",
)
NUMERIC_TERM = Rule(
    "SPEC-139",
    "error",
    "Term is not a number",
    why="The codelist holds numbers.",
    action="Correct the term or the codelist's data type.",
)


def terminology(spec: Spec) -> list[Finding]:
    """Terms and codes of the codelists that carry an NCI code."""
    findings = []
    for own in spec.codelists.values():
        if not own.nci_code:
            continue
        standard = codelist(own.nci_code)
        if standard is None:
            what = f"{own.id} ({own.nci_code}) was not compared with the controlled terminology."
            findings.append(UNVERIFIED_CODELIST.finding(what, cell=own.location.at("NCI Codelist Code")))
        else:
            for term in own.terms:
                findings += _term(own, term, standard)
    return findings


def _term(own: Codelist, term: Term, standard: StandardCodelist) -> list[Finding]:
    known = standard.by_value.get(term.term)
    name = f"{own.id} ({standard.nci_code}, {'extensible' if standard.extensible else 'not extensible'})"
    if known is not None:
        if term.nci_code == known.nci_code:
            return []
        what = f"{term.term} of {own.id} has code {known.nci_code}, not {term.nci_code or 'blank'}."
        return [TERM_CODE.finding(what, action=f"Type {known.nci_code}.", cell=term.location.at("NCI Term Code"))]
    findings = []
    if not standard.extensible or not term.extended:
        rule = EXTENDED_TERM if standard.extensible else UNKNOWN_TERM
        action = f"{did_you_mean(term.term, standard.by_value)} {rule.action}".strip()
        what = f"{term.term!r} is not a term of {name}."
        findings.append(rule.finding(what, action=action, cell=term.location.at("Term")))
    if term.nci_code:
        what = f"{term.term!r} is not a term of {name} but has the code {term.nci_code}."
        findings.append(TERM_CODE.finding(what, cell=term.location.at("NCI Term Code")))
    return findings


def codelist_types(spec: Spec) -> list[Finding]:
    """Numeric variables with text codelists and the reverse."""
    findings = []
    for item in definitions(spec):
        own = spec.codelists.get(item.codelist)
        if own and item.data_type and (item.data_type in NUMERIC_TYPES) != (own.data_type in NUMERIC_TYPES):
            what = f"The variable is {item.data_type}, its codelist {own.id} is {own.data_type}."
            findings.append(CODELIST_TYPE.finding(what, cell=item.location.at("Codelist")))
    return findings


def numeric_terms(spec: Spec) -> list[Finding]:
    """Terms of codelists of type integer or float."""
    return [
        NUMERIC_TERM.finding(f"{term.term!r} of {own.id} is not a number.", cell=term.location.at("Term"))
        for own in spec.codelists.values()
        if own.data_type in NUMERIC_TYPES
        for term in own.terms
        if term.term and not is_number(term.term)
    ]


def synonyms(spec: Spec) -> list[Finding]:
    """Synonyms that two terms claim, or that are another term themselves."""
    findings = []
    for own in spec.codelists.values():
        claimed = {term.term.casefold(): term for term in reversed(own.terms)}
        for term in own.terms:
            for synonym in term.synonyms:
                other = claimed.setdefault(synonym.casefold(), term)
                if other.term != term.term:
                    what = f"{synonym!r} means {term.term} here and {other.term} in row {other.location.row}."
                    findings.append(SYNONYM.finding(what, cell=term.location.at("Synonyms")))
    return findings


def assigned_values(spec: Spec) -> list[Finding]:
    """Assigned values of variables and value levels: terms of the codelist, numbers where the variable is numeric."""
    numeric = {(item.dataset, item.name) for item in spec.variables if item.is_numeric}
    findings = []
    for item in definitions(spec):
        name = item.variable if isinstance(item, ValueLevel) else item.name
        if item.assigned_value and (item.dataset, name) in numeric and not is_number(item.assigned_value):
            what = f"{item.assigned_value!r} is not a number, and {name} is one."
            findings.append(ASSIGNED_VALUE.finding(what, cell=item.location.at("Assigned Value")))
            continue
        own = spec.codelists.get(item.codelist)
        if own and item.assigned_value and item.assigned_value not in own.decodes:
            what = f"{item.assigned_value!r} is not a term of {own.id}."
            action = f"{did_you_mean(item.assigned_value, own.decodes)} {ASSIGNED_VALUE.action}".strip()
            findings.append(ASSIGNED_VALUE.finding(what, action=action, cell=item.location.at("Assigned Value")))
    return findings


def term_lengths(spec: Spec) -> list[Finding]:
    """Text variables shorter than a term or than the value assigned to them."""
    findings = []
    for item in definitions(spec):
        own = spec.codelists.get(item.codelist)
        values = [term.term for term in own.terms] if own else []
        longest = max([*values, item.assigned_value], key=len)
        if item.data_type == "text" and item.length and len(longest) > item.length:
            what = f"{longest!r} has {len(longest)} characters, the variable {item.length}."
            findings.append(TERM_LENGTH.finding(what, cell=item.location.at("Length")))
    return findings
