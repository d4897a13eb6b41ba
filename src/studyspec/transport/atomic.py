"""Writing a file whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Give a binary file that takes the place of `path` when the block ends well.

    The bytes go to a temporary file in the same folder. An error in the block removes it and leaves what was
    at `path` as it was, so that a failed run never destroys the last good file.

    Args:
        path: the file to write; its folder must exist.

    Yields:
        The open temporary file.

    Example:
        >>> import tempfile
        >>> target = Path(tempfile.mkdtemp()) / "a.bin"
        >>> with replacing(target) as file:
        ...     _ = file.write(b"1")
        >>> target.read_bytes()
        b'1'
    """
    target = Path(path)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        with open(temporary, "wb") as file:
            yield file
        os.replace(temporary, target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
