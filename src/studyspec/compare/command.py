"""`studyspec compare`: PROC COMPARE on the command line."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from studyspec.compare.criterion import Criterion
    from studyspec.compare.explained import Settled
    from studyspec.compare.listing import ListingOptions
    from studyspec.compare.pairs import Pair

_path = click.Path(path_type=Path)


@click.command()
@click.argument("base", type=_path)
@click.argument("compare", type=_path)
@click.option("--id", "ids", multiple=True, help="ID variables: USUBJID,AESEQ; for one data set ADAE=USUBJID,AESEQ.")
@click.option("--method", default="", help="exact, absolute, relative, relative(delta) or percent.")
@click.option("--criterion", "limit", type=float, help="The largest difference that is equal, as METHOD measures it.")
@click.option("--listall", "list_all", is_flag=True, help="Also name what only one data set has, and equal variables.")
@click.option("--max-print", default="50,500", help="Most unequal values printed: of a variable, or of it and in all.")
@click.option("--linesize", default=96, type=click.IntRange(64, 256), help="Width in which the listing is centred.")
@click.option("--encoding", default="utf-8", help="Encoding of XPT files.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Write .lst, .html and .json here.")
@click.option(
    "--explained",
    type=click.Path(dir_okay=False, exists=True, path_type=Path),
    help="CSV with an explanation for each difference; prints counts by variable and what is not explained.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON in place of the listing.")
def compare(
    base: Path,
    compare: Path,
    ids: tuple[str, ...],
    method: str,
    limit: float | None,
    list_all: bool,
    max_print: str,
    linesize: int,
    encoding: str,
    out: Path | None,
    explained: Path | None,
    as_json: bool,
) -> None:
    """Compare two data sets, or two folders of them by name, as PROC COMPARE does.

    BASE and COMPARE are XPT, sas7bdat, Parquet or Dataset-JSON files, or folders. Without --id observations are
    compared by position.
    Without --method and --criterion numbers are compared exactly, those of analysis data sets (AD...) with
    METHOD=RELATIVE(1) CRITERION=1E-11. Exit status: 0 when SYSINFO is 0, 1 when anything differs, 2 for unusable input.
    With --explained it is 0 when each difference has its own explanation and no explanation is without a difference.

    \b
    Example:
      studyspec compare prod/adae.xpt qc/adae.xpt --id USUBJID,AESEQ
      studyspec compare prod qc --id ADSL=USUBJID --id ADAE=USUBJID,AESEQ --out build/qc
      studyspec compare a.xpt b.xpt --method absolute --criterion 1e-8 --listall
      studyspec compare published build/adam --id USUBJID --explained explained.csv
    """
    from studyspec.compare.explained import read_explanations, settle
    from studyspec.compare.explained_text import settled_text
    from studyspec.compare.faults import CompareError
    from studyspec.compare.pairs import compare_paths, id_variables_of

    _check_encoding(encoding)
    try:
        options = _options(max_print, list_all, linesize)
        pairs = compare_paths(
            base, compare, ids=id_variables_of(ids), criterion=_criterion(method, limit), encoding=encoding
        )
        settled = settle(pairs, read_explanations(explained)) if explained else None
    except CompareError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    if out is not None:
        _write(pairs, out, options, settled)
    if as_json:
        click.echo(_as_json(pairs, options, settled), nl=False)
    else:
        click.echo(settled_text(pairs, settled) if settled else _as_text(pairs, options), nl=False)
    status = max(pair.status for pair in pairs)
    sys.exit(settled.status if settled and status < 2 else status)


def _check_encoding(encoding: str) -> None:
    import codecs

    try:
        codecs.lookup(encoding)
    except LookupError:
        raise click.BadParameter(f"{encoding!r} is no known encoding.", param_hint="--encoding") from None


def _criterion(method: str, limit: float | None) -> Criterion | None:
    from studyspec.compare.criterion import criterion_of

    return criterion_of(method, limit) if method or limit is not None else None


def _options(max_print: str, list_all: bool, linesize: int) -> ListingOptions:
    from studyspec.compare.listing import ListingOptions

    numbers = [part.strip() for part in max_print.split(",")]
    if not 1 <= len(numbers) <= 2 or not all(part.isascii() and part.isdigit() for part in numbers):
        raise click.BadParameter(
            f"{max_print!r} is not a number or two, such as 50 or 50,500.", param_hint="--max-print"
        )
    per_variable = int(numbers[0])
    total = int(numbers[1]) if len(numbers) == 2 else max(500, per_variable)
    return ListingOptions(list_all, per_variable, total, linesize)


def _as_json(pairs: list[Pair], options: ListingOptions, settled: Settled | None) -> str:
    from studyspec.compare.as_json import comparison_record, settled_record

    records = []
    for pair in pairs:
        record: dict[str, object] = {"dataset": pair.name, "verdict": pair.verdict, "exit_status": pair.status}
        if pair.fault is not None:
            record["fault"] = f"{pair.fault.what} {pair.fault.action}"
        if pair.comparison is not None:
            record["comparison"] = comparison_record(pair.comparison, options.per_variable)
        if settled is not None:
            record |= settled_record(settled.of(pair.name))
        records.append(record)
    if settled is not None:
        for name in sorted({item.dataset for item in settled.stale} - {pair.name for pair in pairs}):
            record = {"dataset": name, "verdict": "NOT FOUND", "exit_status": 1}
            records.append(record | settled_record(settled.of(name)))
    return json.dumps(records, indent=2, ensure_ascii=False) + "\n"


def _as_text(pairs: list[Pair], options: ListingOptions) -> str:
    from studyspec.compare.listing import listing

    if len(pairs) == 1 and pairs[0].comparison is not None:
        return listing(pairs[0].comparison, options)
    parts = [listing(pair.comparison, options) + "\n\n" for pair in pairs if pair.comparison and pair.status]
    width = max(len(pair.name) for pair in pairs)
    for pair in pairs:
        code = f"  SYSINFO={pair.comparison.sysinfo}" if pair.comparison else ""
        fault = f"  {pair.fault.what} {pair.fault.action}" if pair.fault else ""
        parts.append(f"{pair.name:<{width}}  {pair.verdict}{code}{fault}\n")
    return "".join(parts)


def _write(pairs: list[Pair], out: Path, options: ListingOptions, settled: Settled | None) -> None:
    from studyspec.compare.as_json import comparison_json
    from studyspec.compare.explained import explanations_csv
    from studyspec.compare.html import comparison_html
    from studyspec.compare.listing import listing

    out.mkdir(parents=True, exist_ok=True)
    for pair in pairs:
        if pair.comparison is None:
            continue
        own = settled.of(pair.name) if settled else None
        texts = {
            "lst": listing(pair.comparison, options),
            "html": comparison_html(pair.comparison, options.per_variable, own),
            "json": comparison_json(pair.comparison, options.per_variable, own),
        }
        for suffix, text in texts.items():
            (out / f"{pair.name.lower()}.{suffix}").write_text(text, encoding="utf-8", newline="\n")
    if settled is not None:
        text = explanations_csv(dict.fromkeys(settled.unexplained, ""))
        (out / "unexplained.csv").write_text(text, encoding="utf-8", newline="\n")
