"""Which characters the standard fonts of PDF have, and what is printed for the others."""

from __future__ import annotations

from collections.abc import Iterable

# Ships with reportlab; stands in for characters that the standard fonts of PDF lack, such as those of Turkish.
OTHER = "Vera"


def is_standard(text: str) -> bool:
    """Whether the standard fonts have all characters: those of Windows code page 1252."""
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def codes_of(texts: Iterable[str]) -> dict[int, str]:
    """What is printed for characters that no font has, [U+65E5], as a table for `str.translate`; makes OTHER known."""
    others = {sign for sign in set().union(*texts) if not is_standard(sign)}
    if not others:
        return {}
    from reportlab.pdfbase.pdfmetrics import getFont, registerFont
    from reportlab.pdfbase.ttfonts import TTFont

    registerFont(TTFont(OTHER, "Vera.ttf"))
    drawn = getFont(OTHER).face.charToGlyph
    return {ord(sign): f"[U+{ord(sign):04X}]" for sign in others if ord(sign) not in drawn}
