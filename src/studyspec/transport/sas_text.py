"""SAS source as text: literals, comments, headers and statements that any SAS 9.4 session reads alike.

Programs are ASCII with lines under 200 characters. Text from the spec stands in single quotes, where & and % mean
themselves, or in block comments. Source of the rules: SAS 9.4 Language Reference, "Words in the SAS Language".
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from studyspec import __version__

# Stands where the user has to write the build's folder as SAS sees it.
PLACEHOLDER = "/path/to/build"
MAX_LINE = 199
# Room for the indent and for what stands beside a literal on its line.
MAX_LITERAL = 180
_COMMENT_WIDTH = 100
_PATH_TROUBLE = "\"'&%;"


def is_plain(text: str) -> bool:
    """True for text of printable ASCII characters only, which is all that a SAS program of ours may hold.

    Example:
        >>> is_plain("50 mg; A&B"), is_plain("50 µg"), is_plain("two" + chr(10) + "lines")
        (True, False, False)
    """
    return text.isascii() and text.isprintable()


def quoted(text: str) -> str:
    """A SAS literal in single quotes: quotes inside are doubled, and neither & nor % resolves.

    Args:
        text: printable ASCII. Empty text gives a literal of one blank, which is how SAS writes blank.

    Raises:
        ValueError: the text has a character that a SAS program cannot hold.

    Example:
        >>> quoted("Crohn's disease; grade >=3 &x")
        "'Crohn''s disease; grade >=3 &x'"
    """
    if not is_plain(text):
        raise ValueError(f"{text!r} has a character that is not printable ASCII. Replace it.")
    return "'" + (text.replace("'", "''") or " ") + "'"


def literal_pieces(text: str) -> str:
    """A character expression for text that is too long for one line: literals of 80 characters, concatenated.

    Example:
        >>> literal_pieces("a" * 81).splitlines()[1].strip()
        "|| 'a'"
    """
    pieces = [quoted(text[start : start + 80]) for start in range(0, len(text), 80)]
    return "\n      || ".join(pieces or [quoted("")])


def comment(text: str, indent: str = "") -> str:
    """Text as block comments, one a line, wrapped; what is not printable ASCII is written as escapes.

    Example:
        >>> comment("ends */ too early")
        '/* ends * / too early */'
    """
    lines = textwrap.wrap(_harmless(text), _COMMENT_WIDTH) or [""]
    return "\n".join(f"{indent}/* {line} */" for line in lines)


def _harmless(text: str) -> str:
    """ASCII in which no comment begins or ends."""
    words = " ".join(text.split())
    plain = "".join(char if is_plain(char) else _escape(char) for char in words)
    return plain.replace("*/", "* /").replace("/*", "/ *")


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


@dataclass(frozen=True)
class Origin:
    """Whose programs these are: the study's name, and the time that files are stamped with."""

    study: str
    created: datetime


def header(program: str, origin: Origin, purpose: str, inputs: Sequence[str], outputs: Sequence[str]) -> str:
    """The program header that industry practice asks for; the author and later history are the programmer's to fill in.

    Args:
        program: file name with its folder below sas/.
        origin: study and date.
        purpose: one or two sentences.
        inputs: what the program reads.
        outputs: what it makes.
    """
    fields = {
        "Program": program,
        "Study": origin.study,
        "Purpose": purpose,
        "Inputs": ", ".join(inputs) or "none",
        "Outputs": ", ".join(outputs),
        "Author": "<name>",
        "Software": "SAS 9.4, Base SAS",
        "History": f"{origin.created:%Y-%m-%d} made by studyspec {__version__} from the define spec",
    }
    lines = ["/*" + "-" * 98]
    for name, text in fields.items():
        wrapped = textwrap.wrap(_harmless(text), 82) or [""]
        lines += [f" | {name:<8} : {wrapped[0]}", *(f" | {'':<10} {line}" for line in wrapped[1:])]
    lines += [f" | {'':<10} <date> <name> <what changed>", " " + "-" * 97 + "*/"]
    return "\n".join(lines)


def name_list(names: Iterable[str], indent: str = "     ") -> str:
    """Names separated by blanks, wrapped; lines after the first are indented.

    Example:
        >>> name_list(["STUDYID", "USUBJID"])
        'STUDYID USUBJID'
    """
    return textwrap.fill(" ".join(names), _COMMENT_WIDTH, subsequent_indent=indent, break_long_words=False)


def path_problem(path: str) -> str:
    """What keeps a folder's path out of a SAS program; "" when nothing does.

    Example:
        >>> path_problem("S:/R&D/build")
        "The path S:/R&D/build has the character '&', which SAS would not take as it is. Use a folder without it."
    """
    odd = next((char for char in path if char in _PATH_TROUBLE or not is_plain(char)), "")
    if odd:
        return f"The path {path} has the character {odd!r}, which SAS would not take as it is. Use a folder without it."
    if not path.strip() or len(path) > MAX_LITERAL:
        return f"The path has {len(path.strip())} characters. A SAS program of ours holds 1 to {MAX_LITERAL}."
    return ""


def program(parts: Iterable[str]) -> bytes:
    """Parts of a program, a blank line between them, as the bytes of its file.

    Raises:
        ValueError: a line is too long or not ASCII.
    """
    text = "\n\n".join(part.rstrip("\n") for part in parts) + "\n"
    long = [line for line in text.splitlines() if len(line) > MAX_LINE]
    if long:
        raise ValueError(f"A line has {len(long[0])} characters, more than {MAX_LINE}: {long[0][:60]}...")
    return text.encode("ascii")
