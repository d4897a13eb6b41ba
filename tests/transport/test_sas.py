from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from studyspec.outputs import describe
from studyspec.transport.columns import XptColumn, XptDataset
from studyspec.transport.sas import SasError, write_sas
from studyspec.transport.sas_datasets import built_datasets, planned_datasets
from studyspec.transport.xpt_write import write_xpt
from transport.sas_lexer import SasSyntaxError, Token, check, statements
from transport.sas_samples import CREATED, adam, datasets, sdtm, with_codelist


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("build") / "sas"
    write_sas([sdtm(), adam()], datasets(), target, created=CREATED)
    return target


def text(folder: Path, name: str) -> str:
    return (folder / name).read_text(encoding="ascii")


def sentences(folder: Path, name: str) -> list[list[str]]:
    """Statements as words in lower case."""
    return [[token.text.lower() for token in statement] for statement in statements(text(folder, name))]


def test_every_data_set_has_a_shell_and_a_qc_skeleton(folder: Path) -> None:
    names = ["adsl", "dm", "suppdm", "vs"]
    assert sorted(path.stem for path in (folder / "shell").iterdir()) == names
    assert sorted(path.stem for path in (folder / "qc").iterdir()) == [f"qc_{name}" for name in names]


def test_written_files_are_listed(folder: Path, tmp_path: Path) -> None:
    listed = write_sas([sdtm(), adam()], datasets(), tmp_path, created=CREATED)
    assert sorted(listed) == sorted(path for path in tmp_path.rglob("*") if path.is_file())


@pytest.mark.parametrize("name", ["import.sas", "formats.sas", "shell/dm.sas", "shell/suppdm.sas", "qc/qc_vs.sas"])
def test_programs_are_closed_with_all_that_they_include(folder: Path, name: str) -> None:
    check(text(folder, name), folder)


def test_a_program_with_its_last_statement_cut_off_is_not_closed(folder: Path) -> None:
    with pytest.raises(SasSyntaxError):
        check(text(folder, "shell/dm.sas").rstrip().removesuffix("run;"), folder)


def test_equal_input_gives_equal_bytes(folder: Path, tmp_path: Path) -> None:
    again = write_sas([sdtm(), adam()], dict(reversed(datasets().items())), tmp_path, created=CREATED)
    for path in again:
        assert path.read_bytes() == (folder / path.relative_to(tmp_path)).read_bytes()


def test_import_copies_every_transport_file_into_its_library(folder: Path) -> None:
    calls = [words[2:5:2] for words in sentences(folder, "import.sas") if words[:1] == ["%ss_import"]]
    assert calls == [["sdtm", "dm"], ["sdtm", "suppdm"], ["sdtm", "vs"], ["adam", "adsl"]]
    source = text(folder, "import.sas")
    assert 'libname ss_xpt xport "&ss_root/&lib/&name..xpt";' in source
    assert "proc copy in=ss_xpt out=&lib memtype=data;" in source
    assert 'libname adam "&ss_out/adam";' in source


def test_import_has_one_path_to_change(folder: Path, tmp_path: Path) -> None:
    assert text(folder, "import.sas").count("/path/to/build") == 1
    write_sas([sdtm()], {"DM": datasets()["DM"]}, tmp_path, created=CREATED, root="S:\\iona\\build\\")
    assert "%let ss_here = S:\\iona\\build;" in text(tmp_path, "import.sas")
    assert "%let studyroot = S:\\iona\\build;" in text(tmp_path, "qc/qc_dm.sas")


def test_import_sets_labels_and_formats_of_each_data_set(folder: Path) -> None:
    found: dict[str, dict[str, str]] = {}
    for statement in statements(text(folder, "import.sas")):
        words = [token.text.lower() for token in statement]
        if words[:1] == ["modify"]:
            current = found.setdefault(statement[1].text, {"": statement[5].value})
        elif words[:1] == ["label"]:
            current |= {statement[at].text: statement[at + 2].value for at in range(1, len(statement), 3)}
    assert found == {
        name: {"": item.label} | {column.name: column.label for column in item.columns}
        for name, item in datasets().items()
    }
    assert ["format", "trtsdt", "date9", "."] in sentences(folder, "import.sas")


def attributes(statement: list[Token]) -> dict[str, dict[str, str]]:
    """Variable to attributes of an ATTRIB statement."""
    found: dict[str, dict[str, str]] = {}
    words = statement[1:]
    while words:
        own = found.setdefault(words.pop(0).text, {})
        while words[1:] and words[1].text == "=":
            attribute = words.pop(0).text
            del words[0]
            size = 2 if words[0].text == "$" or attribute == "format" else 1
            own[attribute] = "".join(token.value if token.kind == "single" else token.text for token in words[:size])
            del words[:size]
    return found


def test_a_shell_has_the_attributes_of_the_data_set_in_order_and_no_record(folder: Path) -> None:
    for name, item in datasets().items():
        source = statements(text(folder, f"shell/{name.lower()}.sas"))
        assert [token.text for token in source[0]][:3] == ["data", "work", "."]
        assert source[0][-2].value == item.label
        wanted = {}
        for column in item.columns:
            wanted[column.name] = {
                "length": f"{'$' if column.type == 'char' else ''}{column.length}",
                "label": column.label,
            }
            if column.format:
                wanted[column.name]["format"] = column.format
        assert list(attributes(source[1]).items()) == list(wanted.items())
        assert [[token.text for token in statement] for statement in source[3:]] == [["stop"], ["run"]]


def test_qc_sorts_both_sides_and_compares_by_the_keys(folder: Path) -> None:
    found = sentences(folder, "qc/qc_vs.sas")
    keys = ["studyid", "usubjid", "vstestcd", "vsdtc"]
    assert [words for words in found if words[:1] in (["by"], ["id"])] == [
        ["by", *keys],
        ["by", *keys],
        ["id", *keys],
    ]
    (at,) = [number for number, words in enumerate(found) if words[:2] == ["proc", "compare"]]
    assert "method=exact" in text(folder, "qc/qc_vs.sas")
    assert found[at + 2 : at + 4] == [["run"], ["%let", "ss_sysinfo", "=", "&sysinfo"]]
    assert found[-1] == ["%ss_result", "(", "vs", ",", "&ss_sysinfo", ")"]


def test_qc_of_analysis_data_lets_float_noise_pass(folder: Path) -> None:
    assert "method=relative(1) criterion=1e-9" in text(folder, "qc/qc_adsl.sas")


def test_qc_of_supplemental_qualifiers_uses_their_own_keys(folder: Path) -> None:
    assert "  id STUDYID RDOMAIN USUBJID IDVAR IDVARVAL QNAM;" in text(folder, "qc/qc_suppdm.sas")


def test_qc_without_keys_compares_by_position(tmp_path: Path) -> None:
    spec = sdtm(("Datasets", "DM", "Key Variables", ""))
    write_sas([spec], {"DM": datasets()["DM"]}, tmp_path, created=CREATED)
    source = text(tmp_path, "qc/qc_dm.sas")
    check(source, tmp_path)
    assert "proc sort" not in source
    assert not re.search(r"^\s*(id|by)\s", source, re.M)


def test_qc_tells_what_to_derive_and_not_how_production_does(folder: Path) -> None:
    source = text(folder, "qc/qc_vs.sas")
    assert "VSDY (8): Study Day of Vital Signs. Derived. MT.VSDY: Days from RFSTDTC" in source
    assert "Codelist VSTESTCD, format $VSTESTCDF." in source
    assert "study_day(" not in source
    assert "Predecessor: DM.SEX." in text(folder, "qc/qc_adsl.sas")


def test_foreign_letters_of_the_spec_do_not_enter_the_programs(tmp_path: Path) -> None:
    spec = sdtm(("Methods", "MT.VSDY", "Description", "Tage \u2265 0 */ data _null_; /*"))
    write_sas([spec], {"VS": datasets()["VS"]}, tmp_path, created=CREATED)
    check(text(tmp_path, "qc/qc_vs.sas"), tmp_path)
    assert "Tage \\u2265 0 * / data _null_;" in text(tmp_path, "qc/qc_vs.sas")


def test_labels_with_quotes_and_macro_triggers_are_kept(tmp_path: Path) -> None:
    label = 'Patient\'s "100%" &x; */ end'
    dataset = XptDataset("DM", label, (XptColumn("AGE", "num", 8, label),))
    write_sas([sdtm()], {"DM": dataset}, tmp_path, created=CREATED)
    check(text(tmp_path, "import.sas"), tmp_path)
    assert attributes(statements(text(tmp_path, "shell/dm.sas"))[1])["AGE"]["label"] == label


def failing(*arguments: object, **more: object) -> list[str]:
    with pytest.raises(SasError) as caught:
        write_sas(*arguments, created=CREATED, **more)  # type: ignore[arg-type]
    return [finding.code for finding in caught.value.findings]


def test_all_faults_are_reported_and_nothing_is_written(tmp_path: Path) -> None:
    spec = with_codelist(sdtm(), "UNITS", {"\u00b5g": "", "x" * 201: ""})
    odd = XptDataset("DM", "Demographics", (XptColumn("AGE", "num", 9, "\u00c2ge"),))
    codes = failing([spec], {"DM": odd, "XX": replace(odd, name="XX")}, tmp_path / "sas", root="a&b")
    assert codes == ["SAS-001", "SAS-002", "SAS-004", "SAS-004", "SAS-005", "SAS-006"]
    assert not (tmp_path / "sas").exists()


def test_a_second_hand_over_leaves_files_of_others_alone(tmp_path: Path) -> None:
    (tmp_path / "qc").mkdir()
    (tmp_path / "qc" / "mine.sas").write_text("%put mine;\n")
    write_sas([sdtm()], {"DM": datasets()["DM"]}, tmp_path, created=CREATED)
    assert text(tmp_path, "qc/mine.sas") == "%put mine;\n"


def test_lengths_are_those_of_the_built_files(tmp_path: Path) -> None:
    spec = sdtm(("Parameters", "XPT_LENGTH", "Value", "data"))
    variables = [item for item in spec.variables_of["DM"] if not item.supplemental]
    frame = pd.DataFrame({item.name: [71.0] if item.is_numeric else ["abc"] for item in variables})
    frame = frame.astype({item.name: "str" for item in variables if not item.is_numeric})
    (tmp_path / "sdtm").mkdir()
    write_xpt(tmp_path / "sdtm" / "dm.xpt", frame, describe("DM", spec, frame), created=CREATED)
    assert built_datasets([spec, adam()], tmp_path) == {"DM": describe("DM", spec, frame)}


def test_without_a_build_lengths_are_those_of_the_spec() -> None:
    planned = planned_datasets([sdtm(("Parameters", "XPT_LENGTH", "Value", "data"))])
    assert list(planned) == ["DM", "SUPPDM", "VS"]
    lengths = {column.name: column.length for column in planned["DM"].columns}
    assert "OLDID" not in lengths
    assert (lengths["SEX"], lengths["STUDYID"], lengths["AGE"], lengths["RFSTDTC"]) == (1, 20, 8, 200)
    supp = {column.name: column.length for column in planned["SUPPDM"].columns}
    assert (supp["STUDYID"], supp["QNAM"], supp["QLABEL"], supp["QVAL"]) == (20, 8, 40, 20)
