"""Text, encodings, codelists."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.spec_tables import codelist, numbers, run, text
from studyspec.derive.codelists import code, fold, spellings
from studyspec.derive.encoding import repair_encoding
from studyspec.derive.registry import CodelistName, Value
from studyspec.findings import Finding

# Letters of the languages of European sites.
LETTERS = "aäàáâãåæçéèêëğıİíìîïłñòóôõöøœśşŞšßúùûüýÿžþðđ ABC-'"


@pytest.mark.parametrize(
    ("expression", "value", "expected"),
    [
        ("upcase(A)", "straße", "STRASSE"),
        ("lowcase(A)", "NAUSEA", "nausea"),
        ("trim(A)", " a b ", "a b"),
        ("length(A)", "naïf", 4),
        ("substr(A, 2, 2)", "abcd", "bc"),
        ("substr(A, 3)", "abcd", "cd"),
        ("substr(A, 9)", "abcd", ""),
        ("word(A, 1)", "  fever and cough", "fever"),
        ("word(A, -1)", "fever and cough", "cough"),
        ("word(A, 4)", "fever and cough", ""),
        ('word(A, 2, separator="-")', "2-3", "3"),
        ('word(A, 2, separator=" and ")', "fever and cough", "cough"),
        ('contains(A, "and")', "fever and cough", True),
        ('contains(A, "AND")', "fever and cough", False),
        ('contains(A, "")', "fever", False),
        (r'matches(A, "^\d+[.]\d$")', "7.1", True),
        (r'matches(A, "^\d+[.]\d$")', "7", False),
        ('matches(A, "")', "", False),
        ('replace(A, "(", "")', "a(b(", "ab"),
        ('replace(A, "", "x")', "ab", "ab"),
        ("zero_fill(A, 4)", "9", "0009"),
        ("zero_fill(A, 4)", "", ""),
        ("zero_fill(A, 4)", "12345", "12345"),
    ],
)
def test_text_function(expression: str, value: str, expected: object) -> None:
    assert run(expression, {"A": text(value)}) == [expected]


def test_concat_leaves_out_missing_values_with_their_separator() -> None:
    columns = {"A": text("a", "", "a", ""), "B": numbers(1, 2.5, None, None), "C": text("c", "c", "c", "")}
    assert run('concat([A, B, C], separator="-")', columns) == ["a-1-c", "2.5-c", "a-c", ""]
    assert run("concat([A, C])", columns) == ["ac", "c", "ac", ""]


def test_contains_compares_record_by_record() -> None:
    columns = {"A": text("1234", "123"), "B": text("4", "4")}
    assert run("contains(A, B)", columns) == [True, False]


@given(st.text(LETTERS, max_size=12))
def test_text_read_as_windows_1252_is_put_back(original: str) -> None:
    # What no program can decode (five bytes that Windows-1252 leaves undefined) arrives as the control character.
    broken = "".join(_as_windows(byte) for byte in original.encode("utf-8"))
    if repair_encoding(original) == original:
        assert repair_encoding(broken) == original


def _as_windows(byte: int) -> str:
    return bytes([byte]).decode("cp1252", "ignore") or chr(byte)


@pytest.mark.parametrize(
    ("broken", "repaired"),
    [
        ("nausÃ©e", "nausée"),
        ("Ä°nfÃ¼zyon", "İnfüzyon"),
        ("nÃ¶tropeni", "nötropeni"),
        ("itâ€™s", "it\u2019s"),
        ("37Â°", "37°"),
        ("Ãœ", "Ü"),
        ("nausée Ã©", "nausée é"),
        ("CAFÉ»", "CAFÉ»"),
        ("İnfüzyon", "İnfüzyon"),
        ("Ã", "Ã"),
        ("à€€", "à€€"),
        ("plain", "plain"),
    ],
)
def test_encoding_is_repaired_where_it_was_wrong(broken: str, repaired: str) -> None:
    assert repair_encoding(broken) == repaired


def test_repair_is_reported_and_white_space_is_not() -> None:
    findings: list[Finding] = []
    columns = {"A": text("nausÃ©e", " low\u00a0\n\tANC  x ", "e\u0301", "a\u200bb")}
    assert run("clean_text(A)", columns, findings=findings) == ["nausée", "low ANC x", "é", "ab"]
    assert [(item.code, item.severity, item.what) for item in findings] == [
        ("DATA-106", "note", "'nausÃ©e' was read as 'nausée'.")
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("nötropeni", "notropeni"),
        ("Fußgröße Łódź æøåÆ", "Fussgrosse Lodz aeoaAE"),
        ("İıŞşĞğ", "IiSsGg"),
        ("“a” – ‘b’ … «c»", '"a" - \'b\' ... "c"'),
        ("≥3 µg ½ β2", ">=3 ug 1/2 beta2"),
        ("plain", "plain"),
    ],
)
def test_text_in_ascii(value: str, expected: str) -> None:
    findings: list[Finding] = []
    assert run("ascii_text(A)", {"A": text(value)}, findings=findings) == [expected]
    assert findings == []


def test_sign_without_counterpart_is_reported() -> None:
    findings: list[Finding] = []
    assert run("ascii_text(A)", {"A": text("why? 発熱")}, findings=findings) == ["why? ??"]
    assert [(item.code, item.what) for item in findings] == [("DATA-109", "no ASCII for 発熱 in 'why? 発熱'.")]


@given(st.text(max_size=20))
def test_any_text_becomes_clean_and_ascii(value: str) -> None:
    clean = str(run("clean_text(A)", {"A": text(value)})[0])
    assert clean == clean.strip()
    assert "  " not in clean
    assert unicodedata.is_normalized("NFC", clean)
    assert str(run("ascii_text(A)", {"A": text(clean)})[0]).isascii()


def test_code_finds_terms_by_term_synonym_and_decode_without_case() -> None:
    columns = {"A": text("Y", "y ", "YES", "1", "oui", "HAYIR", "hayır", "")}
    assert run('code("NY", A)', columns) == ["Y", "Y", "Y", "Y", "Y", "N", "N", ""]


def test_value_without_a_term_is_kept_and_reported() -> None:
    findings: list[Finding] = []
    assert run('code("NY", A)', {"A": text("Maybe", "Y")}, findings=findings) == ["Maybe", "Y"]
    assert [(item.code, item.what, item.record) for item in findings] == [
        ("DATA-103", "'Maybe' is not a term of NY.", 0)
    ]


def test_numbers_are_coded_by_their_text() -> None:
    assert run('code("NY", A)', {"A": numbers(1, 0, None)}) == ["Y", "N", ""]


def test_decode_takes_exact_terms_only() -> None:
    findings: list[Finding] = []
    assert run('decode("NY", A)', {"A": text("Y", "N", "", "yes")}, findings=findings) == ["Yes", "No", "", "yes"]
    assert [item.code for item in findings] == ["DATA-103"]


def test_term_goes_before_synonym_and_decode() -> None:
    crossed = codelist("X", ("A", "B", ()), ("B", "", ("a",)), ("C", "B", ("c2",)))
    assert spellings(crossed) == {fold("A"): "A", fold("B"): "B", fold("C"): "C", fold("c2"): "C"}
    assert code(CodelistName(crossed), Value(text("b"))).tolist() == ["B"]


def test_terms_are_a_list() -> None:
    assert run('A in terms("NY")', {"A": text("Y", "Yes", "")}) == [True, False, False]
    assert run('A not in terms("NY")', {"A": text("Y", "Yes", "")}) == [False, True, False]
