"""Options and the one error that several commands share."""

from __future__ import annotations

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
