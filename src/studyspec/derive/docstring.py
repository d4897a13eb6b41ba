"""The parts of a function's docstring: what it does, its arguments, and the sections that docs and messages use."""

from __future__ import annotations

import re
from dataclasses import dataclass
from inspect import cleandoc

_HEADING = re.compile(r"(?m)^(Args|Returns|Findings|Example|Source):\n")
_ARGUMENT = re.compile(r"(?m)^(\w+): ")


@dataclass(frozen=True)
class Docstring:
    """`text` is what comes before the sections; `arguments` says what each argument is."""

    text: str
    arguments: dict[str, str]
    sections: dict[str, str]


def read_docstring(doc: str) -> Docstring:
    """Take a docstring (as of inspect.getdoc) apart.

    Example:
        >>> read_docstring("Twice the dose.").text
        'Twice the dose.'
    """
    text, *parts = _HEADING.split(doc)
    sections = {title: cleandoc("\n" + body).strip("\n") for title, body in zip(parts[::2], parts[1::2], strict=True)}
    _, *arguments = _ARGUMENT.split(sections.get("Args", ""))
    named = zip(arguments[::2], arguments[1::2], strict=True)
    return Docstring(text.strip(), {name: " ".join(body.split()) for name, body in named}, sections)
