"""Zip archives that keep no clock: Word and Excel files of equal content are equal bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

_EPOCH = (1980, 1, 1, 0, 0, 0)


def without_times(archive: bytes, change: Callable[[str, bytes], bytes] | None = None) -> bytes:
    """The archive with the same files in the same order, all of 1980-01-01.

    Args:
        archive: a zip file.
        change: gets the name and content of each file and gives its new content.
    """
    clean = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as source, zipfile.ZipFile(clean, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, change(name, content) if change else content)
    return clean.getvalue()
