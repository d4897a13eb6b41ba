"""The letters of the PDFs of a package: embedded, as regulators ask, and the same on every machine.

Source: FDA, Portable Document Format (PDF) Specifications: fonts are embedded.
"""

from __future__ import annotations

PLAIN, BOLD, ITALIC = "Vera", "Vera-Bold", "Vera-Italic"
_FILES = {PLAIN: "Vera.ttf", BOLD: "VeraBd.ttf", ITALIC: "VeraIt.ttf"}


def register_fonts() -> None:
    """Make the fonts known to reportlab, which ships them."""
    from reportlab.pdfbase.pdfmetrics import registerFont, registerFontFamily
    from reportlab.pdfbase.ttfonts import TTFont

    for name, file in _FILES.items():
        registerFont(TTFont(name, file))
    registerFontFamily(PLAIN, normal=PLAIN, bold=BOLD, italic=ITALIC, boldItalic=BOLD)


def printable(text: str) -> str:
    """The text with the codes of characters that the fonts lack: [U+65E5]. Call `register_fonts` before."""
    from reportlab.pdfbase.pdfmetrics import getFont

    drawn = getFont(PLAIN).face.charToGlyph
    return "".join(sign if ord(sign) in drawn or sign.isspace() else f"[U+{ord(sign):04X}]" for sign in text)
