"""A small SAS lexer: enough to say whether a program of ours is closed, and what its literals hold.

It knows literals, block comments, macro variables and statements. It shares no code with what writes the programs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_TOKEN = re.compile(
    r"""(?P<comment>/\*.*?\*/)
      | (?P<single>'(?:[^']|'')*')
      | (?P<double>"(?:[^"]|"")*")
      | (?P<word>[%&$]?[A-Za-z_][A-Za-z0-9_]*)
      | (?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
      | (?P<other>\S)
      | (?P<blank>\s+)""",
    re.VERBOSE | re.DOTALL,
)
_AUTOMATIC = {"sysinfo"}
_STATEMENT_MACROS = {"%let", "%global", "%local", "%put", "%include", "%macro", "%mend", "%if", "%do", "%end"}
_BUILT_IN = _STATEMENT_MACROS | {
    *("%then", "%else", "%to", "%return", "%abort", "%sysfunc", "%superq", "%length", "%eval", "%scan", "%upcase"),
}
_QUIT_ENDS = {"sql", "datasets"}


class SasSyntaxError(Exception):
    """What SAS would stumble over."""


@dataclass(frozen=True)
class Token:
    kind: str
    text: str

    @property
    def value(self) -> str:
        """What a literal stands for."""
        return self.text[1:-1].replace(self.text[0] * 2, self.text[0])


def tokens(source: str) -> list[Token]:
    """All tokens but blanks and comments; a quote or comment that never ends is an error."""
    found = []
    for match in _TOKEN.finditer(source):
        kind = match.lastgroup or ""
        if kind == "other" and (match.group() in "'\"" or source.startswith("/*", match.start())):
            raise SasSyntaxError(f"not closed: {source[match.start() : match.start() + 30]!r}")
        if kind in ("single", "double") and "\n" in match.group():
            raise SasSyntaxError(f"literal over lines: {match.group()[:30]!r}")
        if kind not in ("blank", "comment"):
            found.append(Token(kind, match.group()))
    return found


def statements(source: str) -> list[list[Token]]:
    """Statements without their semicolons; text after the last semicolon is an error."""
    found: list[list[Token]] = []
    current: list[Token] = []
    for token in tokens(source):
        if token.text == ";":
            found.append(current)
            current = []
        else:
            current.append(token)
    if current:
        raise SasSyntaxError(f"no semicolon after {current[0].text}")
    return found


def check(source: str, folder: Path | None = None) -> None:
    """Raise SasSyntaxError for the first fault. With a folder, %include of &root/sas/... is followed below it."""
    _check_text(source)
    checker = _Checker(folder)
    checker.run(source)
    checker.finish()


def _check_text(source: str) -> None:
    if not source.isascii():
        raise SasSyntaxError("not ASCII")
    for line in source.split("\n"):
        if len(line) >= 200:
            raise SasSyntaxError(f"line of {len(line)} characters")
        if not line.isprintable():
            raise SasSyntaxError(f"control character in {line!r}")


class _Checker:
    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self.variables = set(_AUTOMATIC)
        self.macros: set[str] = set()
        self.open_macro = ""
        self.depth = 0
        self.step = ""

    def run(self, source: str) -> None:
        for statement in statements(source):
            words = [token.text.lower() for token in statement]
            self._balanced(statement)
            if words:
                self._macro_language(statement, words)
                self._steps(words)

    def finish(self) -> None:
        if self.step:
            raise SasSyntaxError(f"step not closed: {self.step}")
        if self.open_macro or self.depth:
            raise SasSyntaxError(f"%macro or %do not closed: {self.open_macro}")

    def _balanced(self, statement: list[Token]) -> None:
        depth = 0
        for token in statement:
            depth += (token.text == "(") - (token.text == ")")
            if depth < 0:
                break
        if depth:
            raise SasSyntaxError(f"parentheses in {' '.join(token.text for token in statement)[:60]}")

    def _macro_language(self, statement: list[Token], words: list[str]) -> None:
        if words[0] == "%macro":
            self.open_macro = words[1]
            self.macros.add("%" + words[1])
            self.variables |= set(words[2:])
        elif words[0] == "%mend":
            if words[1:] != [self.open_macro]:
                raise SasSyntaxError(f"%mend {words[1:]} closes {self.open_macro}")
            self.open_macro = ""
        elif words[0] in ("%global", "%local"):
            self.variables |= set(words[1:])
        elif words[0] == "%include":
            self._include(statement[1])
        self.depth += ("%do" in words) - (words[0] == "%end")
        self._references(statement)
        # A variable exists from here on, not in its own definition.
        self.variables |= set(_defined(words))

    def _include(self, target: Token) -> None:
        if target.kind != "double":
            raise SasSyntaxError("%include without a double-quoted path")
        if self.folder is not None:
            path = self.folder / target.value.split("/sas/", 1)[1]
            self.run(path.read_text(encoding="ascii"))

    def _references(self, statement: list[Token]) -> None:
        for token in statement:
            if token.kind == "word" and token.text[0] == "&":
                names = [token.text[1:]]
            elif token.kind == "double":
                names = re.findall(r"&([A-Za-z_]\w*)", token.value)
            else:
                names = []
            missing = {name.lower() for name in names} - self.variables
            if missing:
                raise SasSyntaxError(f"macro variable used before it is defined: {missing.pop()}")
            if token.kind == "word" and token.text[0] == "%" and token.text.lower() not in _BUILT_IN | self.macros:
                raise SasSyntaxError(f"macro used before it is defined: {token.text}")

    def _steps(self, words: list[str]) -> None:
        if words[0] in ("data", "proc"):
            if self.step:
                raise SasSyntaxError(f"{self.step} is not closed before {' '.join(words[:2])}")
            self.step = words[1] if words[0] == "proc" else "data"
        elif words == ["quit"] or (words == ["run"] and self.step not in _QUIT_ENDS):
            if not self.step:
                raise SasSyntaxError(f"{words[0]} closes no step")
            self.step = ""


def _defined(words: list[str]) -> Iterator[str]:
    for at, word in enumerate(words[:-1]):
        if word == "%let" or (word == "%do" and words[at + 2 : at + 3] == ["="]):
            yield words[at + 1]
        if word == "into" and words[at + 1] == ":":
            yield words[at + 2]
