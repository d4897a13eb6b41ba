from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyspec.spec.model import Spec, Term
from studyspec.transport.sas_formats import SasFormat, cntlin, format_findings, formats_program, sas_formats
from studyspec.transport.sas_text import Origin
from studyspec.transport.xpt_read import read_xpt
from studyspec.transport.xpt_write import write_xpt
from transport.sas_lexer import Token, check, statements, tokens
from transport.sas_samples import CREATED, adam, sdtm, with_codelist, with_terms

ORIGIN = Origin("TEST01", CREATED)
SHORT = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=12)
TEXTS = SHORT | SHORT.map(lambda text: text * 16)


def unique(*specs: Spec) -> list[SasFormat]:
    return list({item.name: item for item in sas_formats(specs).values()}.values())


def only(spec: Spec, id_: str) -> SasFormat:
    return sas_formats([spec])[spec.standard, id_]


def read_back(source: str) -> dict[str, dict[str, str]]:
    """Formats with values and labels as SAS would make them from formats.sas."""
    found: dict[str, dict[str, str]] = {}
    current: dict[str, str] = {}
    assigned: dict[str, str] = {}
    for statement in statements(source):
        if not statement:
            continue
        words = [token.text for token in statement]
        if words[0] == "value":
            start = 2
            for at in (at for at, token in enumerate(statement) if token.text == "="):
                found.setdefault(words[1], {})[joined(statement[start:at])] = statement[at + 1].value
                start = at + 2
        elif words[1:2] == ["="] and words[0].isupper():
            assigned[words[0]] = assigned["START"] if words[2] == "START" else joined(statement[2:])
        elif words == ["output"]:
            name = ("$" if assigned["TYPE"] == "C" else "") + assigned["FMTNAME"]
            current = found.setdefault(name, {})
            assert assigned["END"] == assigned["START"]
            current[assigned["START"]] = assigned["LABEL"]
    return found


def joined(literals: list[Token]) -> str:
    return "".join(token.value if token.kind == "single" else token.text.strip("|") for token in literals)


def test_a_format_is_the_codelist_with_f_at_its_end() -> None:
    assert only(sdtm(), "SEX").shown == "$SEXF."
    assert only(with_codelist(sdtm(), "AGEGR1N", {"1": "<65"}, "integer"), "AGEGR1N").shown == "AGEGR1NF."


def test_a_label_is_the_decode_or_else_the_term() -> None:
    assert only(sdtm(), "SEX").values == {"F": "Female", "M": "Male"}
    assert only(sdtm(), "AGEU").values == {"YEARS": "YEARS"}


def test_a_format_says_which_variables_have_its_codelist() -> None:
    assert sas_formats([sdtm(), adam()])["SDTM", "SEX"].variables == ("DM.SEX", "ADSL.SEX")


@given(st.lists(st.text(min_size=1, max_size=40), min_size=1, max_size=6, unique=True), st.booleans())
def test_any_codelist_id_gives_a_name_of_its_own_that_sas_allows(ids: list[str], numeric: bool) -> None:
    spec = sdtm()
    for number, id_ in enumerate(ids):
        spec = with_codelist(spec, id_, {str(number): "x"}, "integer" if numeric else "text")
    made = [sas_formats([spec])["SDTM", id_] for id_ in ids]
    assert len({item.name for item in made}) == len(ids)
    for item in made:
        assert re.fullmatch(r"[A-Z_][A-Z0-9_]*[A-Z_]", item.name)
        assert len(item.shown.removesuffix(".")) <= 32


def test_a_codelist_of_two_workbooks_gives_one_format_when_it_is_the_same() -> None:
    formats = sas_formats([sdtm(), adam()])
    assert formats["SDTM", "SEX"] is formats["ADaM", "SEX"]


def test_the_order_of_terms_does_not_make_another_format() -> None:
    one = with_codelist(sdtm(), "REL", {"Y": "Yes", "N": "No"})
    other = with_codelist(adam(), "REL", {"N": "No", "Y": "Yes"})
    assert {item.name for key, item in sas_formats([one, other]).items() if key[1] == "REL"} == {"RELF"}


@pytest.mark.parametrize("other", [{"Y": "Ja"}, {"Y": "Yes", "N": "No"}])
def test_a_codelist_that_differs_between_workbooks_gives_two_formats(other: dict[str, str]) -> None:
    formats = sas_formats([with_codelist(sdtm(), "REL", {"Y": "Yes"}), with_codelist(adam(), "REL", other)])
    assert formats["SDTM", "REL"].name == "RELF"
    assert formats["ADaM", "REL"].name == "REL_ADAMF"
    assert formats["ADaM", "REL"].values == other


def test_text_and_numbers_of_one_codelist_id_give_two_formats() -> None:
    formats = sas_formats([with_codelist(sdtm(), "G", {"1": "x"}), with_codelist(adam(), "G", {"1": "x"}, "integer")])
    assert (formats["SDTM", "G"].shown, formats["ADaM", "G"].shown) == ("$GF.", "G_ADAMF.")


def test_a_codelist_without_terms_gives_no_format() -> None:
    assert ("SDTM", "EMPTY") not in sas_formats([with_codelist(sdtm(), "EMPTY", {})])


@given(
    st.dictionaries(TEXTS, TEXTS, min_size=1, max_size=4),
    st.dictionaries(st.integers(-9, 99), TEXTS, min_size=1, max_size=4),
)
def test_any_terms_and_decodes_come_through_the_source(texts: dict[str, str], numbers: dict[int, str]) -> None:
    spec = with_codelist(sdtm(), "TEXTS", texts)
    spec = with_codelist(spec, "NUMBERS", {str(key): label for key, label in numbers.items()}, "integer")
    source = formats_program(unique(spec), ORIGIN).decode("ascii")
    check(source)
    made = read_back(source)
    assert made["$TEXTSF"] == texts
    assert {int(key): label for key, label in made["NUMBERSF"].items()} == numbers


def test_source_and_cntlin_say_the_same(tmp_path: Path) -> None:
    long = with_codelist(sdtm(), "LONG", {"A": "it's & 100% " + "z" * 188, "B" * 150: "short"})
    formats = unique(with_codelist(long, "N", {"1": "one", "-0.5": "half"}, "float"), adam())
    frame, dataset = cntlin(formats)
    write_xpt(tmp_path / "cntlin.xpt", frame, dataset, created=CREATED)
    (member,) = read_xpt(tmp_path / "cntlin.xpt").members
    read: dict[str, dict[str, str]] = {}
    for row in member.frame.itertuples():
        name = ("$" if row.TYPE == "C" else "") + row.FMTNAME
        read.setdefault(name, {})[row.START] = row.LABEL
        assert row.END == row.START
    assert read == read_back(formats_program(formats, ORIGIN).decode("ascii"))
    assert read["NF"] == {"1": "one", "-0.5": "half"}


def test_cntlin_keeps_the_records_of_a_format_together() -> None:
    frame, _ = cntlin(unique(sdtm(), adam()))
    names = frame["FMTNAME"].tolist()
    assert names == sorted(names)
    assert not frame["FMTNAME"].str.startswith("$").any()


def test_a_study_without_codelists_has_an_empty_cntlin_and_no_proc_format(tmp_path: Path) -> None:
    frame, dataset = cntlin([])
    write_xpt(tmp_path / "cntlin.xpt", frame, dataset, created=CREATED)
    assert len(read_xpt(tmp_path / "cntlin.xpt").members[0].frame) == 0
    assert tokens(formats_program([], ORIGIN).decode("ascii")) == []


@pytest.mark.parametrize(
    ("term", "decode", "code", "what", "cell"),
    [
        ("µg", "", "SAS-001", "U+00B5", "H"),
        ("A", "at least \u2265 1", "SAS-001", "U+2265", "J"),
        ("A", "two\nlines", "SAS-001", "U+000A", "J"),
        ("A", "x" * 201, "SAS-002", "201 characters", "J"),
        ("F ", "", "SAS-003", "already", "H"),
    ],
)
def test_terms_that_sas_cannot_hold_are_found_by_cell(term: str, decode: str, code: str, what: str, cell: str) -> None:
    spec = sdtm()
    place = spec.codelists["SEX"].terms[1].location
    terms = (*spec.codelists["SEX"].terms[:1], Term(2, term, "", decode, (), False, place))
    (finding,) = format_findings(with_terms(spec, "SEX", terms))
    assert finding.code == code
    assert what in finding.what
    assert finding.cell == f"specs/sdtm.xlsx!Codelists!{cell}3"


def test_numbers_that_are_none_or_the_same_are_found() -> None:
    spec = with_codelist(sdtm(), "N", {"1": "one", "1.0": "again", "low": "text"}, "float")
    assert [finding.code for finding in format_findings(spec)] == ["SAS-003", "SPEC-139"]


def test_good_terms_give_no_finding() -> None:
    assert format_findings(sdtm()) == []
