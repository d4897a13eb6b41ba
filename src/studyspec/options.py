"""Options and the one error that several commands share."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

study_option = click.option(
    "--study",
    "root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path("."),
    help="The study's folder (default: the current one).",
)


class Unusable(click.ClickException):
    """Input or output that cannot be used; ends the command with exit status 2."""

    exit_code = 2


def iso_date(_context: click.Context, _option: click.Parameter, text: str | None) -> str:
    """A date option as ISO 8601 text, "" when it is not given.

    Raises:
        click.BadParameter: it is no date of the calendar.
    """
    try:
        return "" if text is None else date.fromisoformat(text).isoformat()
    except ValueError:
        raise click.BadParameter(f"{text!r} is not a date such as 2022-03-15.") from None
