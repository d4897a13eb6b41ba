"""A drawing as an Enhanced Metafile, which word processors show sharp at any size.

Source: [MS-EMF], Enhanced Metafile Format. One unit is a twentieth of a point; all records are those of plain GDI.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

from studyspec.tables.plots.shapes import INK, Disc, Drawing, Point, Shape, Words, dashes, text_width

UNITS = 20
_PER_INCH = 72 * UNITS
# The device that units are pixels of: a square of ten inches.
_INCHES = 10
_HEADER, _EOF = 1, 14
_MAP_MODE, _WINDOW, _VIEWPORT, _BACKGROUND, _ALIGN, _COLOUR = 17, 9, 11, 18, 22, 24
_SELECT, _PEN, _BRUSH, _DELETE, _ELLIPSE, _FONT, _TEXT, _POLYGON, _POLYLINE = 37, 38, 39, 40, 42, 82, 84, 86, 87
_ANISOTROPIC, _TRANSPARENT = 8, 1
_NULL_BRUSH, _NULL_PEN, _SYSTEM_FONT = 0x80000005, 0x80000008, 0x8000000D
_PEN_PLACE, _BRUSH_PLACE, _FONT_PLACE = 1, 2, 3
# Text stands on its baseline and begins, has its middle, or ends at its place.
_ANCHORS = {"start": 24, "middle": 24 + 6, "end": 24 + 2}
_REGULAR, _BOLD = 400, 700
_FAMILY = "Arial"
_HEADER_SIZE = 108
# A log font with the names and fields that come behind it, as Windows writes it.
_FONT_SIZE = 320
_NO_BOUNDS = struct.pack("<4i", 0, 0, -1, -1)


def render_emf(drawing: Drawing) -> bytes:
    """The drawing as an EMF file: width and height are those of the drawing; text is Arial."""
    size = (round(drawing.width * UNITS), round(drawing.height * UNITS))
    records = [
        _record(_MAP_MODE, "<I", _ANISOTROPIC),
        _record(_WINDOW, "<2i", *size),
        _record(_VIEWPORT, "<2i", *size),
        _record(_BACKGROUND, "<I", _TRANSPARENT),
        *(record for shape in drawing.shapes for record in _shape(shape)),
        _record(_EOF, "<3I", 0, 16, 20),
    ]
    return _header(size, records) + b"".join(records)


def _header(size: tuple[int, int], records: Sequence[bytes]) -> bytes:
    """Bounds in pixels and in hundredths of a millimetre, then lengths and counts, then the device."""
    frame = [round(side * 2540 / _PER_INCH) for side in size]
    pixels, micrometres = _PER_INCH * _INCHES, 25400 * _INCHES
    whole = _HEADER_SIZE + sum(map(len, records))
    handles = 1 + _FONT_PLACE
    return struct.pack(
        "<2I8i4s3I2H3I4i3I2i",
        *(_HEADER, _HEADER_SIZE),
        *(0, 0, size[0] - 1, size[1] - 1, 0, 0, *frame),
        *(b" EMF", 0x10000, whole, len(records) + 1, handles, 0, 0, 0, 0),
        *(pixels, pixels, micrometres // 1000, micrometres // 1000),
        *(0, 0, 0, micrometres, micrometres),
    )


def _record(kind: int, form: str, *values: object, rest: bytes = b"") -> bytes:
    body = struct.pack(form, *values) + rest
    body += b"\0" * (-len(body) % 4)
    return struct.pack("<2I", kind, 8 + len(body)) + body


def _shape(shape: Shape) -> Iterator[bytes]:
    if isinstance(shape, Words):
        yield from _words(shape)
        return
    pen = _record(_PEN, "<2I2iI", _PEN_PLACE, 0, round(shape.width * UNITS), 0, _colour(shape.stroke))
    brush = _record(_BRUSH, "<4I", _BRUSH_PLACE, 0, _colour(shape.fill), 0)
    yield from _selected(pen, _PEN_PLACE, bool(shape.stroke), _NULL_PEN)
    yield from _selected(brush, _BRUSH_PLACE, bool(shape.fill), _NULL_BRUSH)
    if isinstance(shape, Disc):
        x, y = shape.centre
        sides = (x - shape.radius, y - shape.radius, x + shape.radius, y + shape.radius)
        yield _record(_ELLIPSE, "<4i", *(round(side * UNITS) for side in sides))
    elif shape.closed:
        yield _points(_POLYGON, shape.points)
    else:
        yield from (_points(_POLYLINE, piece) for piece in dashes(shape))
    yield from _dropped(_PEN_PLACE, bool(shape.stroke), _NULL_PEN)
    yield from _dropped(_BRUSH_PLACE, bool(shape.fill), _NULL_BRUSH)


def _selected(made: bytes, place: int, wanted: bool, otherwise: int) -> Iterator[bytes]:
    """Make a tool and take it, or take the one that draws nothing."""
    if wanted:
        yield made
    yield _record(_SELECT, "<I", place if wanted else otherwise)


def _dropped(place: int, was_made: bool, instead: int) -> Iterator[bytes]:
    if was_made:
        yield _record(_SELECT, "<I", instead)
        yield _record(_DELETE, "<I", place)


def _points(kind: int, points: Sequence[Point]) -> bytes:
    numbers = [round(value * UNITS) for point in points for value in point]
    rest = struct.pack(f"<{len(numbers)}h", *numbers)
    return _record(kind, "<16sI", _NO_BOUNDS, len(points), rest=rest)


def _words(words: Words) -> Iterator[bytes]:
    yield _font(words)
    yield _record(_SELECT, "<I", _FONT_PLACE)
    yield _record(_ALIGN, "<I", _ANCHORS[words.anchor])
    yield _record(_COLOUR, "<I", _colour(INK))
    x, y = (round(value * UNITS) for value in words.place)
    text = words.text.encode("utf-16-le")
    count = len(text) // 2
    text += b"\0" * (-len(text) % 4)
    begin = 76
    head = struct.pack("<I2f", 1, 1.0, 1.0)
    where = struct.pack("<2i3I4iI", x, y, count, begin, 0, 0, 0, -1, -1, begin + len(text))
    steps = struct.pack(f"<{count}I", *_steps(words))
    yield _record(_TEXT, "<16s", _NO_BOUNDS, rest=head + where + text + steps)
    yield _record(_SELECT, "<I", _SYSTEM_FONT)
    yield _record(_DELETE, "<I", _FONT_PLACE)


def _font(words: Words) -> bytes:
    weight = _BOLD if words.bold else _REGULAR
    face = _FAMILY.encode("utf-16-le").ljust(64, b"\0")
    font = struct.pack("<5i8B", -round(words.size * UNITS), 0, 0, 0, weight, 0, 0, 0, 0, 0, 0, 0, 34) + face
    return _record(_FONT, "<I", _FONT_PLACE, rest=font.ljust(_FONT_SIZE, b"\0"))


def _steps(words: Words) -> Iterator[int]:
    """How far it is from each sign to the next; signs of two units have all of it in the first."""
    taken = 0
    for place, sign in enumerate(words.text, start=1):
        end = round(text_width(words.text[:place], words.size, bold=words.bold) * UNITS)
        yield end - taken
        yield from [0] * (len(sign.encode("utf-16-le")) // 2 - 1)
        taken = end


def _colour(colour: str) -> int:
    """As GDI has it: blue, green, red."""
    return int.from_bytes(bytes.fromhex(colour[1:]), "little") if colour else 0
