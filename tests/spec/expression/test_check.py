"""Mistakes in an expression are all found before any data are read, each with its column and what to do."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyspec.derive.registry import ENGINE, Char, Records, function, registering
from studyspec.spec.expression.check import Column, Scope, Table, check_expression, raw_columns
from studyspec.spec.expression.parse import ExpressionError, parse

TEXT, NUMBER = Column("Char"), Column("Num")
SCOPE = Scope(
    columns={
        **dict.fromkeys(("AESTDTC", "AEENDTC", "AETERM", "AEDECOD"), TEXT),
        **dict.fromkeys(("AESEQ", "AGE", "ASTDT", "AENDT", "TRTSDT", "TRTEDT", "ATOXGRN"), NUMBER),
        "AESER": Column("Char", "NY", ("Y", "N")),
        "AGEGR1N": Column("Num", "AGEGR", ("1", "2")),
        **raw_columns(["WEIGHT", "STDT"]),
    },
    forms={"sites": raw_columns(["EDC_DATEFMT", "COUNTRY"])},
    tables={
        "DM": Table({"RFSTDTC": TEXT, "SEX": Column("Char", "SEX", ("M", "F"))}, one_per_subject=True),
        "EX": Table({"EXSTDTC": TEXT, "EXDOSE": NUMBER, "EXTRT": TEXT, "EXSEQ": NUMBER}),
    },
    parameters={"TEAE_WINDOW": 30.0, "DATA_CUTOFF": "2022-02-22"},
    codelists=("NY", "IRR"),
)


def found(text: str, scope: Scope = SCOPE) -> list[tuple[int, str, str]]:
    _, problems = check_expression(parse(text), scope, ENGINE)
    return [(problem.column, problem.message, problem.action) for problem in problems]


def test_all_subjects_are_asked_in_checks_only_and_outside_aggregates() -> None:
    text = "subject_count(by=[AETERM], where=AGE > 64) > 1"
    assert found(text, replace(SCOPE, whole_study=True)) == []
    column, message, action = found(text)[0]
    assert (column, message) == (1, "subject_count looks at the records of all subjects.")
    assert action.startswith("Only Where of Checks")
    inside = "count(EX.EXSEQ, where=subject_count(by=[EX.EXTRT]) > 1) > 1"
    assert found(inside, replace(SCOPE, whole_study=True))[0][1] == message


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("AETERM", "Char"),
        ("AGE", "Num"),
        ("TEAE_WINDOW", "Num"),
        ("DATA_CUTOFF", "Char"),
        ("sites.EDC_DATEFMT", "Char"),
        ("DM.RFSTDTC", "Char"),
        ("AGE * 2 - 1", "Num"),
        ('AESER == "Y"', "Flag"),
        ('AESER in ["Y", "N"]', "Flag"),
        ('AEDECOD in terms("IRR")', "Flag"),
        ('AGE == ""', "Flag"),
        ('AESER != ""', "Flag"),
        ("AGEGR1N == 2", "Flag"),
        ("study_day(AESTDTC, reference=DM.RFSTDTC)", "Num"),
        ("study_day(ASTDT, reference=DM.RFSTDTC)", "Num"),
        ('if_else(AGE > 65, "OLD")', "Char"),
        ("if_else(AGE > 65, AGE, 65)", "Num"),
        ("coalesce([AESTDTC, AEENDTC])", "Char"),
        ("minimum(EX.EXDOSE)", "Num"),
        ("minimum(EX.EXSTDTC)", "Char"),
        ('any(EX.EXSEQ, where=EX.EXTRT == "A" and EX.EXSTDTC <= AESTDTC)', "Flag"),
        ("all(EX.EXDOSE > 0)", "Flag"),
        ("sequence(order=[AESTDTC, AESEQ])", "Num"),
        ('first_occurrence(by=[AEDECOD], order=AESTDTC, where=AESER == "Y")', "Char"),
        ("concat([AETERM, AGE])", "Char"),
        ('case([AGE < 65, AGE < 75], ["<65", "65-74"], otherwise=">=75")', "Char"),
        ('worst([AESER, AETERM], order=["Y", "N"])', "Char"),
        ("impute_date(AESTDTC, not_before=TRTSDT, not_after=DATA_CUTOFF)", "Num"),
        ("round_half_up(AGE, -1)", "Num"),
        ("duration(ASTDT, AENDT, add_one=False)", "Num"),
        (
            "treatment_emergent(start=ASTDT, end=AENDT, treatment_start=TRTSDT, treatment_end=TRTEDT, "
            "window=TEAE_WINDOW, worst=ATOXGRN)",
            "Char",
        ),
        ("no_function(AGE)", "Any"),
        ("NOTHING", "Any"),
    ],
)
def test_type_of_an_expression(text: str, type_: str) -> None:
    given_type, problems = check_expression(parse(text), SCOPE, ENGINE)
    assert given_type == type_
    assert bool(problems) == (type_ == "Any")


@pytest.mark.parametrize(
    ("text", "column", "message", "action"),
    [
        # names
        ("AESERR", 1, "AESERR is not a variable here.", "Near: AESER."),
        ("aeser", 1, "aeser is not a variable here.", "Write AESER."),
        ("EXTRT", 1, "EXTRT is not a variable here.", "write EX.EXTRT"),
        ("COUNTRY", 1, "COUNTRY is not a variable here.", "write sites.COUNTRY"),
        ("DM", 1, "DM is not a variable here.", "write DM.VARIABLE"),
        ("sequence", 1, "sequence is not a variable here.", "write sequence(...)"),
        ("QQQQQQ", 1, "QQQQQQ is not a variable here.", "Check the spelling"),
        ("DMM.RFSTDTC", 1, "DMM is not a dataset or form", "Near: DM.RFSTDTC."),
        ("DM.RFSTDT", 1, "DM has no RFSTDT.", "Near: DM.RFSTDTC."),
        ("sites.EDC_DATFMT", 1, "sites has no EDC_DATFMT.", "Near: sites.EDC_DATEFMT."),
        ("EX.EXSTDTC", 1, "EX has many records per subject", "first(EX.EXSTDTC"),
        ("minimum(EX.EXDOSE, where=DM.SEX == DM.SEXX)", 36, "DM has no SEXX.", "Near: DM.SEX."),
        ("minimum(EX.EXDOSE, where=EXTRT == AETERM)", 26, "EXTRT is not a variable here.", "write EX.EXTRT"),
        # functions and arguments
        ("min(EX.EXDOSE)", 1, "There is no function min.", "Near: minimum."),
        ("studyday(AESTDTC)", 1, "There is no function studyday.", "Near: study_day."),
        ("zzzzzz(AGE)", 1, "There is no function zzzzzz.", "docs/functions.md"),
        (
            "treatment_emergent(start=ASTDT, end=AENDT, treatment_start=TRTSDT, treatment_end=TRTEDT, windows=30)",
            98,
            "treatment_emergent has no argument 'windows'; it takes window (days after the last dose).",
            "Correct the name.",
        ),
        ("upcase(AETERM, zz=1)", 19, "upcase has no argument 'zz'; it takes text.", "Correct the name."),
        ('if_else(AESER="Y", value=1)', 15, "if_else has no argument 'AESER'.", 'write AESER == "Y"'),
        ("study_day(AESTDTC)", 1, "study_day needs reference", "Write reference=..."),
        ("upcase()", 1, "upcase needs text", "Write upcase(text, ...)."),
        (
            "study_day(AESTDTC, DM.RFSTDTC)",
            20,
            "study_day takes 1 argument without a name.",
            "Name the others: reference=",
        ),
        ("upcase(AETERM, AETERM)", 16, "upcase takes 1 argument without a name.", "Remove the rest."),
        ("sequence(AESTDTC)", 10, "sequence takes no arguments without a name.", "by=, order=, where="),
        ("upcase(AETERM, text=AETERM)", 21, "upcase is given text twice.", "Remove one"),
        ("if_else(AGE > 1, value=AGE, value=AGE)", 35, "if_else is given value twice.", "Remove one"),
        ("sequence(order=AGE, order=AGE)", 27, "sequence is given order twice.", "Remove one"),
        ("upcase(AETERM, where=AGE > 1)", 22, "upcase has no where=.", "aggregates have where= and order="),
        ("first(EX.EXTRT, by=[EX.EXDOSE])", 20, "first has no by=.", "aggregates have where= and order="),
        ("first(AETERM)", 1, "first needs a variable of another dataset or form.", "first(EX.EXSTDTC)"),
        ("sequence(order=[AGE > 1])", 17, "order= needs variables", "where="),
        ("sequence(where=AGE)", 16, "where= needs a condition", "Compare it: AGE > 0."),
        # types of arguments
        ("upcase(AGE)", 8, "text of upcase needs text, but AGE is a number.", "text_of(AGE)"),
        ("round_half_up(WEIGHT)", 15, "number of round_half_up needs a number, but WEIGHT is text.", "number(WEIGHT)"),
        ("yes_no(AGE)", 8, "condition of yes_no needs a condition, but AGE is a number.", "Compare it: AGE > 0."),
        ("yes_no(AESER)", 8, "needs a condition, but AESER is text.", 'AESER == "Y"'),
        ("if_else(AGE > 1, AGE > 2)", 18, "value of if_else needs text or a number", "yes_no(AGE > 2)"),
        ('if_else(AGE > 1, 1, "a")', 1, "if_else mixes text and numbers.", "number() or text_of()"),
        ('between(AGE, "1", 2)', 1, "between mixes text and numbers.", "number() or text_of()"),
        ("coalesce([AGE, AETERM])", 1, "coalesce mixes text and numbers.", "number() or text_of()"),
        ("coalesce(AGE)", 10, "values of coalesce needs a list.", "Write [AGE]."),
        ("coalesce([])", 10, "values of coalesce is an empty list.", "Fill the list."),
        ('worst([AGE], order=["Y"])', 8, "values of worst needs text, but AGE is a number.", "text_of(AGE)"),
        ('worst([AESER], order="Y")', 22, "order of worst needs a list.", 'Write ["Y"].'),
        ("band(AGE, [AGE], [])", 12, "breaks of band needs constants, but AGE differs", "name of a parameter"),
        ('band(AGE, ["a"], ["b", "c"])', 12, 'breaks of band needs a number, but "a" is text.', "value of that type"),
        ("matches(AETERM, AETERM)", 17, "pattern of matches needs a constant", "name of a parameter"),
        (
            'round_half_up(AGE, "1")',
            20,
            'digits of round_half_up needs a number, but "1" is text.',
            "Remove the quotes.",
        ),
        ("duration(ASTDT, AENDT, add_one=1)", 32, "add_one of duration is True or False, not 1.", "True or False"),
        ('duration(ASTDT, AENDT, unit="day")', 29, "unit of duration is one of days, weeks", "Near: days."),
        ('decode("NNY", AESER)', 8, "codelist of decode needs the id of a codelist", "Near: NY."),
        ("decode(AESER, AESER)", 8, "codelist of decode needs a constant", "name of a parameter"),
        ('terms("IRR")', 0, "", ""),
        # constants that a function refuses
        ('matches(AETERM, "(")', 1, "The pattern cannot be read", "Correct"),
        ('band(AGE, [65, 18], ["a", "b", "c"])', 1, "The breaks must rise.", "Correct"),
        ('band(AGE, [65], ["a"])', 1, "1 breaks make 2 bands, but there are 1 labels.", "Correct"),
        ('case([AGE > 1], ["a", "b"])', 1, "There are 1 conditions but 2 values.", "Correct"),
        ('convert(AGE, WEIGHT, to="stone")', 1, "'stone' is not a unit", "Correct"),
        ('convert(AGE, WEIGHT, to="kg", analyte="X")', 1, "molar mass of 'X' is not known", "Correct"),
        ("substr(AETERM, 0)", 1, "The first character has the number 1.", "Correct"),
        ("word(AETERM, 0)", 1, "The first word has the number 1", "Correct"),
        ("band(AGE, [65, AGE], [1])", 16, "breaks of band needs constants", "name of a parameter"),
        ('band(AGE, [65, "a"], ["b"])', 16, 'breaks of band needs a number, but "a" is text.', "value of that type"),
        ("substr(AETERM, 1, -1)", 1, "A length cannot be negative.", "Correct"),
        ('word(AETERM, 1, separator="")', 1, "The separator is blank.", "Correct"),
        ('worst([AESER], order=terms("NNY"))', 28, "needs the id of a codelist", "Near: NY."),
        (
            'upcase(terms("NY"))',
            8,
            'text of upcase needs text, but terms("NY") is a list of texts.',
            "Write one value.",
        ),
        # comparisons
        ('AGE > "old"', 1, 'AGE is a number, but "old" is text.', "Compare with a number."),
        ('terms("NY") == "Y"', 1, 'terms("NY") is a list.', "right of in"),
        ('AGE >= "65"', 1, 'AGE is a number, but "65" is text.', "Write 65 without quotes."),
        ("WEIGHT > 50", 1, "WEIGHT is text, but 50 is a number.", "Write number(WEIGHT)"),
        ("AGE == AETERM", 1, "AGE is a number, but AETERM is text.", "number(AETERM) or text_of(AGE)"),
        ('AESER == "Yes"', 10, "'Yes' is not a term of NY, the codelist of AESER.", "term of the codelist"),
        (
            '"M" == DM.SEX and DM.SEX != "Male"',
            29,
            "'Male' is not a term of SEX, the codelist of DM.SEX.",
            "or add this one",
        ),
        ('AESER in ["Y", "X"]', 16, "'X' is not a term of NY", "term of the codelist"),
        ("AGEGR1N == 3", 12, "'3' is not a term of AGEGR", "term of the codelist"),
        ('AESER in "Y"', 10, "in needs a list on its right.", 'AESER in ["Y"]'),
        ("AESER in []", 10, "The list is empty", "Fill the list."),
        ('AGE in ["1"]', 1, 'AGE is a number, but "1" is text.', "Write 1 without quotes."),
        ('AGE in terms("NY")', 1, 'AGE is a number, but terms("NY") is a list of texts.', "same type"),
        ('AESER in terms("NNY")', 16, "needs the id of a codelist", "Near: NY."),
        ('AGE < ""', 1, "A comparison with a missing value is never true.", '== "" or != ""'),
        ('any(EX.EXSEQ) == "Y"', 1, "any(EX.EXSEQ) is already a condition", "Write the condition itself"),
        ('"Y" == any(EX.EXSEQ)', 8, "any(EX.EXSEQ) is a condition and is not compared.", "Write the condition itself"),
        # conditions and values
        ('AESER == "Y" and AETERM', 18, "and needs a condition, but AETERM is text.", 'Compare it: AETERM == "Y".'),
        ("not AGE", 5, "not needs a condition, but AGE is a number.", "Compare it: AGE > 0."),
        ("AGE + AETERM", 7, "+ needs a number, but AETERM is text.", "concat()"),
        ("AEENDTC - 1", 1, "- needs a number, but AEENDTC is text.", "numeric_date(AEENDTC)"),
        ("-AETERM", 2, "- needs a number, but AETERM is text.", "number(AETERM)"),
        ("1 + (AGE > 1)", 6, "+ needs a number, but AGE > 1 is a condition.", "yes_no(AGE > 1)"),
        ('["a"]', 1, "A list stands where one value is needed.", "Write one value"),
    ],
)
def test_mistake_is_found_at_its_column(text: str, column: int, message: str, action: str) -> None:
    problems = found(text)
    if not message:
        assert problems == []
        return
    assert (column, True, True) in [(at, message in what, action in advice) for at, what, advice in problems], problems


def test_all_mistakes_are_found_not_the_first() -> None:
    columns = [column for column, _, _ in found('AESERR == "Y" and upcase(AGE) == DM.RFST and AESER == "Q"')]
    assert columns == [1, 26, 34, 55]


def test_mistakes_inside_a_call_of_an_unknown_function_are_found() -> None:
    assert [column for column, _, _ in found("nothing(AESERR, EX.EXTRTT)")] == [1, 9, 17]


def test_expected_type_is_checked() -> None:
    _, problems = check_expression(parse("AETERM"), SCOPE, ENGINE, expected="Num")
    assert problems[0].message == "the cell needs a number, but AETERM is text."


def test_nothing_is_read_by_subject_where_records_have_none() -> None:
    scope = Scope(SCOPE.columns, tables=SCOPE.tables, has_subject=False)
    for text in ("DM.RFSTDTC", "minimum(EX.EXSTDTC)", "sequence(order=[AGE])"):
        assert ["belong to no subject" in message for _, message, _ in found(text, scope)] == [True]


def test_own_form_is_not_looked_up() -> None:
    scope = Scope(
        raw_columns(["STDT"]), forms={"ae": raw_columns(["STDT"])}, tables={"ae": Table(raw_columns(["STDT"]))}
    )
    assert found("ae.STDT", scope) == []
    assert found("first(ae.STDT)", scope) == []


def test_whole_dataset_is_named_not_computed() -> None:
    registry = ENGINE.child()
    with registering(registry):

        @function()
        def current(site: Char, enrolled: Records) -> Char:
            return site

    def problems(text: str) -> list[str]:
        return [item.message for item in check_expression(parse(text), SCOPE, registry)[1]]

    assert problems("current(AETERM, EX)") == []
    assert problems("current(AETERM, EXX)") == ["EXX is not a dataset or form."]
    assert problems('current(AETERM, "EX")') == ["enrolled of current needs the name of a dataset or form."]


def test_function_on_sources_is_refused_in_a_cell() -> None:
    registry = ENGINE.child()
    with registering(registry):

        @function("records")
        def split(records: object) -> object:
            return records

    _, problems = check_expression(parse("split(AETERM)"), SCOPE, registry)
    assert [item.message for item in problems] == ["split works on whole sources."]


PIECES = st.sampled_from(
    [
        *("AESER", "AGE", "DM.RFSTDTC", "EX.EXDOSE", '"Y"', "1", "==", "<", "in", "not", "and", "or", "+", "-"),
        *("(", ")", "[", "]", ",", "upcase(", "first(", "sequence(", "band(", "worst(", "case(", "terms(", "matches("),
        *("order=", "where="),
    ]
)


@given(st.lists(PIECES, max_size=16).map(" ".join))
def test_whatever_can_be_read_can_be_checked(text: str) -> None:
    try:
        node = parse(text)
    except ExpressionError:
        return
    check_expression(node, SCOPE, ENGINE)
