"""A reporting event of CDISC ARS says what the workbook says, and holds what the results data hold."""

import json
from collections import Counter
from types import SimpleNamespace
from typing import Any, get_args

import pandas as pd
import pytest

from exports.ars_model import problems
from exports.ars_reader import Recount, dangling, declared, walk
from studyspec.exports.ars import ars_json, reporting_event
from studyspec.exports.ars_methods import method
from studyspec.spec.analysis import AnalysisResult
from studyspec.spec.tlf_cells import COUNTS, INCIDENCES, SUMMARIES, ComparisonStatistic
from studyspec.spec.workbook import Location
from tables.plain import COLUMNS, built, frame, small_tlf

ADSL = frame("USUBJID TRT01A SAFFL AGE# SEX", "1 A Y 60 M", "2 A Y 70 F", "3 A Y 80 F", "4 B Y . M", "5 B N 50 M")
ADAE = frame(
    "USUBJID AEDECOD AEBODSYS TRTEMFL ATOXGRN# AESER",
    "1 Rash Skin Y 1 N",
    "1 Rash Skin Y 3 N",
    "1 Nausea Gut Y . N",
    "2 Rash Skin Y 2 Y",
    "2 . . Y 4 Y",
    "4 Nausea Gut Y 3 N",
    "5 Nausea Gut Y 5 N",
)
FRAMES = {"ADSL": ADSL, "ADAE": ADAE}
TEST = {"ID": "P", "Label": "p", "Kind": "test", "Statistics": "p"}
DIFFERENCE = {
    "ID": "D",
    "Label": "A-B",
    "Kind": "difference",
    "Compare": "A; B",
    "Statistics": "diff (difflcl, diffucl)",
}
TRIAL = {"ID": "TRIAL", "Label": "Trial", "Kind": "published", "N": "150"}
ROWS = [
    {"ID": "ANY", "Label": "Any", "Test": "Fisher"},
    {"ID": "OLD", "Label": "Of 65 and older", "Denominator": "AGE >= 65"},
    {"ID": "PT", "Kind": "nested", "Variables": "AEBODSYS; AEDECOD", "Statistics": "n (%); events"},
    {"ID": "GRADE", "Label": "Worst grade", "Kind": "worst", "Variables": "ATOXGRN"},
    {
        "ID": "SEX",
        "Label": "Sex",
        "Kind": "categories",
        "Dataset": "ADSL",
        "Variables": "SEX",
        "Categories": "F = Women; M",
    },
    {
        "ID": "AGE",
        "Label": "Age",
        "Kind": "continuous",
        "Dataset": "ADSL",
        "Variables": "AGE",
        "Statistics": "n; Mean (SD)",
    },
]
GIVEN: dict[str, Any] = {
    "columns": [*COLUMNS, TEST, DIFFERENCE, TRIAL],
    "published": [{"Row": "ANY", "Column": "TRIAL", "Value": "61%"}],
    "notes": [{"Display": "*", "Kind": "header", "Text": "Study S1"}, {"Kind": "footnote", "Text": "A note."}],
}
SUBGROUPS = [
    {"ID": "WOMEN", "Label": "Women", "Where": 'SEX == "F"'},
    {"ID": "ALL", "Label": "Everyone", "Where": 'SEX != ""'},
]


def event(rows: list[dict[str, str]] = ROWS, results: tuple[AnalysisResult, ...] = (), **more: Any) -> dict[str, Any]:
    given = GIVEN | more
    adam: Any = SimpleNamespace(constants={}, analysis_results=results)
    return reporting_event("S1", small_tlf(rows, **given), adam, {"T-1": built(rows, FRAMES, **given).ard})


def analysis(found: dict[str, Any], own: str) -> dict[str, Any]:
    (item,) = [item for item in found["analyses"] if item["id"] == own]
    return item


def values(item: dict[str, Any], statistic: str) -> list[tuple[str | None, str | None]]:
    return [
        (result.get("rawValue"), result.get("formattedValue"))
        for result in item["results"]
        if result["operationId"].endswith(f":{statistic}")
    ]


@pytest.mark.parametrize("more", [{}, {"subgroups": SUBGROUPS}], ids=["plain", "subgroups"])
def test_every_object_has_the_attributes_of_its_class(more: dict[str, Any]) -> None:
    assert problems(event(**more)) == []


def test_the_model_finds_what_is_wrong() -> None:
    found = event()
    del found["analyses"][0]["methodId"]
    found["analyses"][1]["where"] = "SEX"
    found["analyses"][1]["reason"] = {"controlledTerm": "BECAUSE"}
    assert [item.split(": ")[1] for item in problems(found)] == [
        "Analysis has no methodId",
        "BECAUSE is no term",
        "not of Analysis",
    ]


@pytest.mark.parametrize("more", [{}, {"subgroups": SUBGROUPS}], ids=["plain", "subgroups"])
def test_every_id_is_declared_once_and_every_reference_leads_to_one(more: dict[str, Any]) -> None:
    found = event(**more)
    ids = [own for place in declared(found).values() for own in place]
    assert [own for own, count in Counter(ids).items() if count > 1] == []
    assert dangling(found) == []


def test_a_reference_to_nothing_is_found() -> None:
    found = event()
    found["analyses"][0]["orderedGroupings"][0]["groupingId"] = "GF.X"
    assert dangling(found) == ["groupingId GF.X"]


@pytest.mark.parametrize("more", [{}, {"subgroups": SUBGROUPS}], ids=["plain", "subgroups"])
def test_every_figure_of_the_results_data_is_a_result(more: dict[str, Any]) -> None:
    ard = built(ROWS, FRAMES, **(GIVEN | more)).ard
    wanted = Counter(zip(ard["statistic"], ard["value"].map(repr), ard["text"], strict=True))
    results = [
        result
        for item in event(**more)["analyses"]
        if not item["id"].endswith(":denominator")
        for result in item["results"]
    ]
    found = Counter(
        (
            result["operationId"].rsplit(":", 1)[1],
            repr(float(result.get("rawValue", "nan"))),
            result.get("formattedValue", ""),
        )
        for result in results
    )
    assert found == wanted


@pytest.mark.parametrize("more", [{}, {"subgroups": SUBGROUPS}], ids=["plain", "subgroups"])
def test_where_clauses_and_groups_of_a_result_select_what_it_counts(more: dict[str, Any]) -> None:
    found = event(**more)
    recount = Recount(found, FRAMES)
    counted = 0
    for item in found["analyses"]:
        kind = item["methodId"].split(".")[1]
        if kind not in ("subjects", "nested", "worst", "categories", "population"):
            continue
        for result in item["results"]:
            statistic = result["operationId"].rsplit(":", 1)[1]
            if statistic in ("n", "N", "events"):
                subjects, records = recount.result(item, result, item["variable"] if kind == "worst" else "")
                assert float(result["rawValue"]) == (records if statistic == "events" else subjects), result
                counted += 1
    assert counted >= 30


def test_a_percentage_refers_to_its_count_and_its_denominator() -> None:
    found = event()
    links = {
        item["referencedOperationRelationshipId"].rsplit(":", 1)[1]: item["analysisId"]
        for item in analysis(found, "AN.T-1.OLD")["referencedAnalysisOperations"]
    }
    assert links == {"NUMERATOR": "AN.T-1.OLD", "DENOMINATOR": "AN.T-1.OLD:denominator"}
    assert values(analysis(found, "AN.T-1.OLD:denominator"), "N") == [("2", "2"), ("0", "0")]
    assert analysis(found, "AN.T-1.ANY")["referencedAnalysisOperations"][1]["analysisId"] == "AN.T-1"


def test_listed_categories_are_prespecified_and_other_values_come_from_the_data() -> None:
    groupings = {item["groupingVariable"]: item for item in event()["analysisGroupings"] if "groupingVariable" in item}
    assert [group["name"] for group in groupings["SEX"]["groups"]] == ["Women", "M"]
    assert groupings["AEDECOD"]["dataDriven"] is True
    assert "groups" not in groupings["AEDECOD"]


def test_a_missing_term_is_the_empty_value() -> None:
    results = analysis(event(), "AN.T-1.PT")["results"]
    assert {"groupingId": "GF.ADAE.AEBODSYS", "groupValue": ""} in [result["resultGroups"][1] for result in results]


def test_a_test_compares_columns_and_has_one_result_for_them() -> None:
    item = analysis(event(), "AN.T-1.ANY.P")
    assert item["methodId"] == "MT.Fisher.p"
    assert [factor["resultsByGroup"] for factor in item["orderedGroupings"]] == [False]
    assert "resultGroups" not in item["results"][0]


def test_a_published_figure_is_quoted_with_its_reference_and_has_no_value() -> None:
    found = event()
    item = analysis(found, "AN.T-1.ANY:published")
    assert values(item, "published") == [(None, "61%")]
    (document,) = found["referenceDocuments"]
    assert item["documentRefs"] == [{"referenceDocumentId": document["id"]}]
    assert document["name"] == "A paper"


def test_the_filter_of_a_display_holds_for_rows_of_its_dataset_only() -> None:
    found = event()
    names = {item["id"]: item["name"] for item in found["dataSubsets"]}
    assert names[analysis(found, "AN.T-1.ANY")["dataSubsetId"]] == 'TRTEMFL == "Y"'
    assert "dataSubsetId" not in analysis(found, "AN.T-1.SEX")


def test_a_condition_that_has_no_where_clause_is_described() -> None:
    found = event([{"ID": "ODD", "Label": "Odd", "Where": "ATOXGRN == ATOXGRN"}], published=[])
    (subset,) = found["dataSubsets"]
    assert "compoundExpression" not in subset
    assert subset["description"].endswith('ADAE where TRTEMFL == "Y" and ATOXGRN == ATOXGRN')
    assert not Recount(found, FRAMES).said(subset["id"])


def test_reason_and_purpose_are_those_of_the_analysis_results() -> None:
    place = Location("specs/adam.xlsx", "Analysis Results", 2, {})
    blank = ("", (), "", "", "", "", "")
    one = AnalysisResult("T-1", "R1", "Any event", (), "SPECIFIED IN SAP", "SAFETY", (), *blank, place, rows=("ANY",))
    found = event(results=(one,))
    item = analysis(found, "AN.T-1.ANY")
    assert item["reason"] == {"controlledTerm": "SPECIFIED IN SAP"}
    assert item["description"] == "Any event"
    terms = {term["id"]: term["submissionValue"] for name, term in walk(found) if name == "sponsorTerms"}
    assert terms[item["purpose"]["sponsorTermId"]] == "SAFETY"


def test_a_reason_that_is_not_stated_is_not_made_up() -> None:
    found = event()
    terms = {term["id"]: term["submissionValue"] for name, term in walk(found) if name == "sponsorTerms"}
    assert terms[analysis(found, "AN.T-1.ANY")["reason"]["sponsorTermId"]] == "NOT STATED"


def test_contents_name_every_output_and_every_analysis() -> None:
    found = event()
    listed = found["mainListOfContents"]["contentsList"]["listItems"]
    assert [item["outputId"] for item in listed] == [item["id"] for item in found["outputs"]]
    assert [item["analysisId"] for item in listed[0]["sublist"]["listItems"]] == [
        item["id"] for item in found["analyses"]
    ]


def test_a_listing_is_an_output_without_analyses() -> None:
    columns = [{"ID": "TERM", "Label": "Term", "Kind": "listed", "Expression": "AEDECOD"}]
    tlf = small_tlf([], columns=columns, Type="Listing", Sort="USUBJID", **{"Stub Label": ""})
    adam: Any = SimpleNamespace(constants={}, analysis_results=())
    found = reporting_event("S1", tlf, adam, {"T-1": pd.DataFrame()})
    assert (len(found["outputs"]), found["analyses"]) == (1, [])
    assert problems(found) == []


def test_ids_stay_when_other_rows_change() -> None:
    kept = set(declared(event(ROWS[1:], published=[]))["analyses"])
    assert kept < set(declared(event())["analyses"])


def test_json_is_the_event_with_a_line_per_object() -> None:
    found = event()
    content = ars_json(found)
    assert json.loads(content) == found
    assert content == ars_json(event())
    lines = content.decode("utf-8").splitlines()
    assert sum(line.startswith('{"id": "AN.') for line in lines) == len(found["analyses"])


@pytest.mark.parametrize("statistic", [*COUNTS, *SUMMARIES, *INCIDENCES, *get_args(ComparisonStatistic)])
def test_every_statistic_has_an_operation(statistic: str) -> None:
    (operation,) = method("nested", (statistic,))["operations"]
    assert operation["description"]
