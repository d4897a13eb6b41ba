"""The SAS programs of a hand-over: import.sas, and for each data set a shell and a QC skeleton.

Source of the rules: SAS 9.4 documentation of the XPORT engine (LIBNAME), PROC COPY, PROC DATASETS (MODIFY), the ATTRIB
statement and PROC COMPARE with its return code SYSINFO.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from studyspec.spec.model import Spec, Variable
from studyspec.transport.columns import XptColumn, XptDataset
from studyspec.transport.sas_formats import SasFormat
from studyspec.transport.sas_text import Origin, comment, header, name_list, program, quoted

SUPP_KEYS = ("STUDYID", "RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", "QNAM")
# As `studyspec compare` does: analysis values may differ by float noise, tabulated values not at all.
_METHODS = {"SDTM": "method=exact", "ADaM": "method=relative(1) criterion=1e-9"}


@dataclass(frozen=True)
class HandedOver:
    """One data set of the hand-over.

    Attributes:
        spec: the workbook that defines it.
        dataset: name, label and variables as built.
    """

    spec: Spec
    dataset: XptDataset

    @property
    def name(self) -> str:
        """The data set's name in lower case, as files and WORK data sets carry it."""
        return self.dataset.name.lower()

    @property
    def library(self) -> str:
        """The libref, which is also the folder below build/: sdtm or adam."""
        return self.spec.standard.lower()

    @property
    def keys(self) -> tuple[str, ...]:
        """The key variables, in sort order, that the data set has."""
        defined = self.spec.datasets.get(self.dataset.name)
        names = {column.name for column in self.dataset.columns}
        return tuple(key for key in (defined.key_variables if defined else SUPP_KEYS) if key in names)

    @property
    def structure(self) -> str:
        """What one record is, in the spec's words."""
        defined = self.spec.datasets.get(self.dataset.name)
        return defined.structure if defined else "One record per supplemental value of a parent record"


def import_program(items: Sequence[HandedOver], root: str, origin: Origin) -> bytes:
    """import.sas: formats, data sets with their attributes, and shells, after changing one path.

    Args:
        items: the data sets, in the order of the workbooks.
        root: the build folder as SAS sees it.
        origin: study and date.
    """
    libraries = list(dict.fromkeys(item.library for item in items))
    files = [f"{item.library}/{item.name}.xpt" for item in items]
    results = [f"library {library.upper()} (of this session, or in the folder studyout)" for library in libraries]
    parts = [
        header(
            "import.sas",
            origin,
            "Bring the study into SAS: formats, data sets with labels, formats and lengths as built, and empty shells. "
            "Change one path and run it; or %include it with the macro variable studyroot set. "
            "To keep the data sets, set the macro variable studyout to a folder.",
            ["sas/formats.sas", *files],
            [*results, "WORK.FORMATS", "WORK.SHELL_* (no records)"],
        ),
        _folders(root),
        _libraries(libraries),
        comment("3. Formats of the codelists.") + '\n%include "&ss_root/sas/formats.sas";',
        comment("4. The transport files become SAS data sets.") + "\n" + _IMPORT,
        "\n".join(f"%ss_import({item.library}, {item.name});" for item in items),
        comment("5. Labels and formats of data sets and variables. Lengths come with the files."),
        *(_attributes(library, [item for item in items if item.library == library]) for library in libraries),
        comment("6. Empty shells, and a check that the data sets still are what the shells say.") + "\n" + _CHECK,
        "\n".join(_shell_check(item) for item in items),
        comment("7. For the QC programs: says in words what PROC COMPARE found.") + "\n" + _RESULT,
    ]
    return program(parts)


def _folders(root: str) -> str:
    return f"""\
/* 1. The one path to change: the build folder, which holds sas and the transport files. */
%let ss_here = {root};

{_FOLDERS}"""


_FOLDERS = """\
%macro ss_folders;
  %global studyroot studyout ss_root ss_out;
  %if %length(%superq(studyroot)) = 0 %then %let ss_root = &ss_here;
  %else %let ss_root = &studyroot;
  %if %length(%superq(studyout)) = 0 %then %let ss_out = %sysfunc(pathname(work));
  %else %let ss_out = &studyout;
  %if %sysfunc(fileexist(%superq(ss_root)/sas/formats.sas)) = 0 %then %do;
    %put ERROR: &ss_root/sas/formats.sas does not exist.;
    %put ERROR: Change the path in the first step to the build folder as this SAS session sees it.;
    %abort cancel;
  %end;
%mend ss_folders;
%ss_folders;"""

_IMPORT = """\
%macro ss_import(lib, name);
  %if %sysfunc(fileexist(%superq(ss_root)/&lib/&name..xpt)) = 0 %then %do;
    %put ERROR: &ss_root/&lib/&name..xpt does not exist. Run studyspec build, or copy the file there.;
    %return;
  %end;
  libname ss_xpt xport "&ss_root/&lib/&name..xpt";
  proc copy in=ss_xpt out=&lib memtype=data;
  run;
  libname ss_xpt clear;
%mend ss_import;"""

_CHECK = """\
%macro ss_check(lib, name);
  %local ss_lost ss_new;
  proc sql noprint;
    create table work.ss_shell as
      select upcase(name) as name length=32, varnum, type, length, label, format
      from dictionary.columns
      where libname = 'WORK' and memname = "SHELL_%upcase(&name)";
    create table work.ss_data as
      select upcase(name) as name length=32, varnum, type, length, label, format
      from dictionary.columns
      where libname = "%upcase(&lib)" and memname = "%upcase(&name)";
    select count(*) into :ss_lost trimmed
      from (select * from work.ss_shell except select * from work.ss_data);
    select count(*) into :ss_new trimmed
      from (select * from work.ss_data except select * from work.ss_shell);
    drop table work.ss_shell, work.ss_data;
  quit;
  %if %eval(&ss_lost + &ss_new) > 0 %then
    %put WARNING: &lib..&name differs from its shell in attributes. Run studyspec sas again after a build.;
%mend ss_check;"""

_RESULT = """\
%macro ss_result(dataset, code);
  %local ss_bit ss_words ss_found;
  %let ss_words = DSLABEL DSTYPE INFORMAT FORMAT LENGTH LABEL BASEOBS COMPOBS
    BASEBY COMPBY BASEVAR COMPVAR VALUE TYPE BYVAR ERROR;
  %do ss_bit = 1 %to 16;
    %if %sysfunc(band(&code, %eval(2 ** (&ss_bit - 1)))) > 0 %then
      %let ss_found = &ss_found %scan(&ss_words, &ss_bit);
  %end;
  %if &code = 0 %then %put NOTE: QC of &dataset passed. PROC COMPARE found no difference.;
  %else %put ERROR: QC of &dataset failed. SYSINFO is &code: &ss_found..;
%mend ss_result;"""


def _libraries(libraries: Iterable[str]) -> str:
    names = [f'libname {library} "&ss_out/{library}";' for library in libraries]
    lines = [
        comment("2. Libraries for the SAS data sets; their folders are made where they are missing."),
        "%let ss_option = %sysfunc(getoption(dlcreatedir));",
        "options dlcreatedir;",
        'libname ss_data "&ss_out";',
        *names,
        "libname ss_data clear;",
        "options &ss_option;",
    ]
    return "\n".join(lines)


def _attributes(library: str, items: Iterable[HandedOver]) -> str:
    blocks = [f"proc datasets library={library} nolist;"]
    for item in items:
        columns = item.dataset.columns
        blocks.append(f"  modify {item.dataset.name} (label={quoted(item.dataset.label)});")
        blocks.append("    label\n" + "\n".join(f"      {it.name} = {quoted(it.label)}" for it in columns) + "\n    ;")
        blocks += [f"    format {column.name} {column.format};" for column in columns if column.format]
        blocks += [f"    informat {column.name} {column.informat};" for column in columns if column.informat]
        blocks.append("  run;")
    return "\n".join([*blocks, "quit;"])


def _shell_check(item: HandedOver) -> str:
    return f'%include "&ss_root/sas/shell/{item.name}.sas";\n%ss_check({item.library}, {item.name});'


def shell_program(item: HandedOver, origin: Origin) -> bytes:
    """shell/<name>.sas: WORK.SHELL_<NAME> with all variables and no record."""
    result = f"WORK.SHELL_{item.dataset.name}"
    purpose = f"Make {item.dataset.name} without records: order, types, lengths, labels and formats of its variables."
    lines = [
        f"data work.shell_{item.name} (label={quoted(item.dataset.label)});",
        "  attrib",
        *(f"    {_attrib(column)}" for column in item.dataset.columns),
        "  ;",
        # Without it the log says of each variable that it is uninitialized.
        "  call missing(of _all_);",
        "  stop;",
        "run;",
    ]
    return program([header(f"shell/{item.name}.sas", origin, purpose, [], [result]), "\n".join(lines)])


def _attrib(column: XptColumn) -> str:
    parts = [f"{column.name:<8} length={'$' if column.type == 'char' else ''}{column.length}"]
    parts += [f"label={quoted(column.label)}"]
    parts += [f"format={column.format}"] if column.format else []
    parts += [f"informat={column.informat}"] if column.informat else []
    return " ".join(parts)


def qc_program(item: HandedOver, root: str, origin: Origin, formats: Mapping[tuple[str, str], SasFormat]) -> bytes:
    """qc/qc_<name>.sas: what the second program has to derive, and the PROC COMPARE at its end.

    Args:
        item: the data set.
        root: the build folder as SAS sees it.
        origin: study and date.
        formats: by standard and codelist ID; named beside the variables that have one.
    """
    name, library = item.name, item.library
    by = f"  by {name_list(item.keys)};\n" if item.keys else ""
    purpose = (
        f"Second program of {item.dataset.name}, written from the spec alone, and its comparison with production. "
        "Copy this skeleton to your own folder first: studyspec sas writes it again."
    )
    sources = [f"{library.upper()}.{item.dataset.name} (production)", "<what the second program reads>"]
    outputs = [f"WORK.QC_{item.dataset.name}", f"WORK.DIFF_{item.dataset.name}", "PROC COMPARE listing"]
    derive = f"""\
/* 1. The second program. Put your own step in place of this one, which makes no records. */
data work.qc_{name} (label={quoted(item.dataset.label)});
  set work.shell_{name};
run;"""
    prepare = _sorted(item, by) if item.keys else _copied(item)
    identify = f"  id {name_list(item.keys)};\n" if item.keys else ""
    compare = f"""\
/* 3. The comparison. SYSINFO must be read before any other step. */
proc compare base=work.prod_{name} compare=work.comp_{name} listall maxprint=(50, 1000)
    {_METHODS[item.spec.standard]}
    out=work.diff_{name} outnoequal outbase outcomp outdif;
{identify}run;
%let ss_sysinfo = &sysinfo;
%ss_result({item.dataset.name}, &ss_sysinfo);"""
    parts = [
        header(f"qc/qc_{name}.sas", origin, purpose, sources, outputs),
        f'/* The build folder as SAS sees it. */\n%let studyroot = {root};\n%include "&studyroot/sas/import.sas";',
        _task(item, formats),
        derive,
        prepare,
        compare,
    ]
    return program(parts)


def _sorted(item: HandedOver, by: str) -> str:
    return f"""\
/* 2. Both sides in the order of the keys. */
proc sort data={item.library}.{item.name} out=work.prod_{item.name};
{by}run;

proc sort data=work.qc_{item.name} out=work.comp_{item.name};
{by}run;"""


def _copied(item: HandedOver) -> str:
    return f"""\
/* 2. The data set has no keys: records are compared by position. */
data work.prod_{item.name};
  set {item.library}.{item.name};
run;

data work.comp_{item.name};
  set work.qc_{item.name};
run;"""


def _task(item: HandedOver, formats: Mapping[tuple[str, str], SasFormat]) -> str:
    lines = [comment(f"{item.dataset.name}: {item.dataset.label}. {item.structure}.")]
    lines += [comment(f"Keys: {' '.join(item.keys) or 'none'}.")]
    defined = {variable.name: variable for variable in item.spec.variables_of.get(item.dataset.name, ())}
    for column in item.dataset.columns:
        size = f"{'$' if column.type == 'char' else ''}{column.length}"
        about = [f"{column.name} ({size}): {column.label}.", *([f"Format {column.format}"] if column.format else [])]
        if column.name in defined:
            about += _rules(defined[column.name], item.spec, formats)
        lines.append(comment(" ".join(about)))
    return "\n".join(lines)


def _rules(variable: Variable, spec: Spec, formats: Mapping[tuple[str, str], SasFormat]) -> list[str]:
    """Where a variable's values come from, in the spec's words; never the expression that production runs."""
    origin = f"{variable.origin}: {variable.predecessor}." if variable.predecessor else f"{variable.origin}."
    lines = [origin] if variable.origin else []
    lines += [f"Value: {variable.assigned_value}."] if variable.assigned_value else []
    method = spec.methods.get(variable.method)
    lines += [f"{method.id}: {method.description}"] if method else []
    shared = formats.get((spec.standard, variable.codelist))
    lines += [f"Codelist {variable.codelist}, format {shared.shown}"] if shared else []
    return lines
