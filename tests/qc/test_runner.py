"""Every output is held against its second program, and nothing passes unchecked."""

from pathlib import Path

import pandas as pd
import pytest

from qc.small_study import ADSL, ARD, DM, FRAME, PROGRAMS, TABLE, production, write_study
from studyspec.qc.outcome import Outcome
from studyspec.qc.production import Production
from studyspec.qc.runner import Runner, Sources


def check(sources: Sources, given: Production | None = None) -> dict[str, Outcome]:
    with Runner(sources) as runner:
        return {item.name: item for item in runner.check(given or production())}


def with_program(root: Path, name: str, text: str) -> dict[str, Outcome]:
    return check(write_study(root, PROGRAMS | {name: text}))


def changed(layer: str, name: str, frame: pd.DataFrame) -> Production:
    outputs = {key: dict(value) for key, value in production().outputs.items()}
    outputs[layer][name] = frame
    return Production(outputs)


def test_equal_outputs_are_exact(tmp_path: Path) -> None:
    found = check(write_study(tmp_path))
    assert {name: item.status for name, item in found.items()} == {"DM": "EXACT", "ADSL": "EXACT", "T-1": "EXACT"}
    assert (found["DM"].records, found["DM"].program, found["DM"].author) == (2, "qc/sdtm/qc_dm.sql", "QC programmer")


def test_one_wrong_value_is_counted_with_its_variable(tmp_path: Path) -> None:
    wrong = FRAME.assign(AGE=[60.0, 71.0])
    found = check(write_study(tmp_path), changed("sdtm", "DM", wrong))["DM"]
    assert (found.status, found.unequal, found.sysinfo) == ("DIFFERENT", "1 value (AGE)", 4096)


def test_records_and_variables_on_one_side_are_differences(tmp_path: Path) -> None:
    sources = write_study(tmp_path)
    assert check(sources, changed("sdtm", "DM", FRAME[:1]))["DM"].unequal == "1 record in QC only"
    assert check(sources, changed("sdtm", "DM", FRAME.assign(SEX=["F", "M"])))["DM"].unequal == "SEX in production only"
    assert check(sources, changed("sdtm", "DM", FRAME.drop(columns="AGE")))["DM"].unequal == "AGE in QC only"


def test_lines_with_the_same_label_are_told_apart_by_their_number(tmp_path: Path) -> None:
    lines = [ARD.assign(line=number, value=value) for number, value in ((1.0, 65.0), (2.0, 66.0))]
    listing = changed("tlf", "T-1", pd.concat(lines, ignore_index=True))
    text = """CREATE TABLE qc.t_1 AS SELECT "line", 'AGE' AS "row", 'ALL' AS "column", 'mean' AS statistic, "value",
              '65.0' AS "text" FROM (VALUES (2.0, {second}), (1.0, 65.0)) AS given ("line", "value");"""
    for second, status in ((66.0, "EXACT"), (67.0, "DIFFERENT")):
        sources = write_study(tmp_path, PROGRAMS | {"tlf/qc_t_1.sql": text.format(second=second)})
        assert check(sources, listing)["T-1"].status == status


def test_float_noise_is_equal_within_the_criterion_in_adam_and_different_in_sdtm(tmp_path: Path) -> None:
    noisy = FRAME.assign(AGE=[60.0 + 1e-13, 70.0])
    sources = write_study(tmp_path)
    found = check(sources, changed("adam", "ADSL", noisy))["ADSL"]
    assert found.status == "EQUAL"
    assert "RELATIVE" in found.line()
    assert check(sources, changed("sdtm", "DM", noisy))["DM"].status == "DIFFERENT"


def test_other_order_of_rows_and_columns_is_equal(tmp_path: Path) -> None:
    turned = FRAME[::-1].reset_index(drop=True)[["AGE", "USUBJID", "STUDYID"]]
    assert check(write_study(tmp_path), changed("sdtm", "DM", turned))["DM"].status == "EXACT"


def test_output_without_a_program_is_a_failure(tmp_path: Path) -> None:
    found = check(write_study(tmp_path, {"sdtm/qc_dm.sql": DM, "tlf/qc_t_1.sql": TABLE}))
    assert (found["ADSL"].status, found["ADSL"].agrees) == ("NO PROGRAM", False)


def test_program_without_an_output_is_a_failure(tmp_path: Path) -> None:
    found = with_program(tmp_path, "sdtm/qc_vs.sql", "CREATE TABLE qc.vs AS SELECT 1 AS X;")
    assert (found["VS"].status, found["VS"].agrees) == ("NO OUTPUT", False)


def test_program_that_fails_is_told_with_file_and_line(tmp_path: Path) -> None:
    found = with_program(tmp_path, "sdtm/qc_dm.sql", "CREATE TABLE qc.dm AS SELECT nothing FROM raw.demog;")["DM"]
    assert (found.status, found.agrees) == ("FAILED", False)
    assert found.message.startswith("qc/sdtm/qc_dm.sql:9: Binder Error")


def test_program_of_another_layer_s_data_does_not_run(tmp_path: Path) -> None:
    found = with_program(tmp_path, "adam/qc_adsl.sql", ADSL.replace("sdtm.dm", "raw.demog"))["ADSL"]
    assert found.message == (
        "qc/adam/qc_adsl.sql: it names raw.demog; programs of this layer read only sdtm, spec, qc."
    )


@pytest.mark.parametrize("layer", ["sdtm", "adam", "tlf"])
def test_production_of_the_own_layer_is_out_of_reach_however_it_is_named(tmp_path: Path, layer: str) -> None:
    name, table = {"sdtm": ("dm", "sdtm"), "adam": ("adsl", "adam"), "tlf": ("t_1", "ard")}[layer]
    hidden = f"CREATE TABLE qc.{name} AS SELECT * FROM query('SELECT * FROM {table}' || '.{name}');"
    found = with_program(tmp_path, f"{layer}/qc_{name}.sql", hidden)
    assert found[name.upper().replace("_", "-")].status == "FAILED"


def test_macro_file_that_fails_fails_every_program_of_its_layer(tmp_path: Path) -> None:
    found = with_program(tmp_path, "sdtm/macros.sql", "CREATE MACRO f(x) AS nothing.;")
    assert found["DM"].message.startswith("qc/sdtm/macros.sql:")
    assert found["ADSL"].status == "EXACT"


def test_programs_in_a_circle_fail_with_their_names(tmp_path: Path) -> None:
    found = with_program(tmp_path, "sdtm/qc_dm.sql", "CREATE TABLE qc.dm AS SELECT * FROM qc.ae;") | with_program(
        tmp_path, "sdtm/qc_ae.sql", "CREATE TABLE qc.ae AS SELECT * FROM qc.dm;"
    )
    assert found["AE"].status == "NO OUTPUT"


def test_display_compares_what_the_program_gives_and_must_give_values_and_texts(tmp_path: Path) -> None:
    sources = write_study(tmp_path)
    wrong = ARD.assign(text=pd.Series(["64.9"], dtype="str"))
    assert check(sources, changed("tlf", "T-1", wrong))["T-1"].unequal == "1 value (TEXT)"
    found = with_program(tmp_path, "tlf/qc_t_1.sql", TABLE.replace(", '65.0' AS \"text\"", ""))["T-1"]
    assert (found.status, found.message) == ("FAILED", "qc/tlf/qc_t_1.sql: its table lacks text.")


def test_later_layers_see_what_production_gave_now(tmp_path: Path) -> None:
    older = FRAME.assign(AGE=[61.0, 70.0])
    with Runner(write_study(tmp_path)) as runner:
        assert all(item.agrees for item in runner.check(production()))
        found = {item.name: item.status for item in runner.check(changed("sdtm", "DM", older))}
        assert found == {"DM": "DIFFERENT", "ADSL": "DIFFERENT", "T-1": "EXACT"}
        both = Production({**changed("sdtm", "DM", older).outputs, "adam": {"ADSL": older}})
        assert {item.name: item.status for item in runner.check(both)} == {
            "DM": "DIFFERENT",
            "ADSL": "EXACT",
            "T-1": "DIFFERENT",
        }
        assert all(item.agrees for item in runner.check(production()))


def test_only_the_outputs_asked_for_are_checked(tmp_path: Path) -> None:
    with Runner(write_study(tmp_path)) as runner:
        assert [item.name for item in runner.check(production(), lambda layer, name: name == "ADSL")] == ["ADSL"]


def test_supplemental_qualifiers_are_matched_by_their_own_keys(tmp_path: Path) -> None:
    columns = ("STUDYID", "RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", "QNAM", "QVAL")
    frame = pd.DataFrame({name: pd.Series(["x"], dtype="str") for name in columns})
    text = "CREATE TABLE qc.suppdm AS SELECT " + ", ".join(f"'x' AS {name}" for name in columns) + ";"
    sources = write_study(tmp_path, PROGRAMS | {"sdtm/qc_suppdm.sql": text})
    assert check(sources, changed("sdtm", "SUPPDM", frame))["SUPPDM"].status == "EXACT"
