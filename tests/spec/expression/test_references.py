"""What an expression reads."""

import pytest

from studyspec.derive.registry import ENGINE, Char, Records, function, registering
from studyspec.spec.expression.parse import parse
from studyspec.spec.expression.references import Reference, references


def reads(text: str) -> set[tuple[str, str, str]]:
    return {(item.dataset, item.name, item.scope) for item in references(parse(text), ENGINE)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"Y"', set()),
        ("AESTDTC", {("", "AESTDTC", "record")}),
        ("DM.RFSTDTC", {("DM", "RFSTDTC", "lookup")}),
        ("minimum(EX.EXSTDTC)", {("EX", "EXSTDTC", "records")}),
        (
            'last(VS.VSSTRESN, where=VS.VSTESTCD == "WEIGHT" and VS.VSDTC <= RFSTDTC, order=[VS.VSDTC])',
            {
                ("VS", "VSSTRESN", "records"),
                ("VS", "VSTESTCD", "records"),
                ("VS", "VSDTC", "records"),
                ("", "RFSTDTC", "record"),
            },
        ),
        (
            "any(EX.EXSEQ, where=EX.EXSTDTC <= DM.RFSTDTC)",
            {("EX", "EXSEQ", "records"), ("EX", "EXSTDTC", "records"), ("DM", "RFSTDTC", "lookup")},
        ),
        (
            "if_else(any(EX.EXSEQ), EX.EXTRT)",
            {("EX", "EXSEQ", "records"), ("EX", "EXTRT", "lookup")},
        ),
        ("sequence(by=[A], order=[B], where=C == 1)", {("", "A", "record"), ("", "B", "record"), ("", "C", "record")}),
        ("no_such_function(A, b=DM.C)", {("", "A", "record"), ("DM", "C", "lookup")}),
    ],
)
def test_references_say_where_each_name_is_read(text: str, expected: set[tuple[str, str, str]]) -> None:
    assert reads(text) == expected


def test_dataset_given_whole_is_read_as_records() -> None:
    registry = ENGINE.child()
    with registering(registry):

        @function()
        def current(site: Char, enrolled: Records) -> Char:
            return site

    assert references(parse("current(SITENO, enrol)"), registry) == {
        Reference("", "SITENO", "record"),
        Reference("enrol", "*", "records"),
    }
