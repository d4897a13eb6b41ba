"""Transport files that are too large for a regulator's tools, in parts beside the whole.

Source: FDA Study Data Technical Conformance Guide, section on dataset size: a dataset over 5 GB is submitted whole and,
in a folder `split`, in parts of at most 5 GB; the reviewer's guide explains how it was split.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np

from studyspec.transport.columns import XptColumn, XptDataset
from studyspec.transport.xpt_read import XptMember
from studyspec.transport.xpt_write import write_xpt

LARGEST = 5_000_000_000  # bytes
_BLOCK = 80
_LONGEST_NAME = 8
_SUBJECT = "USUBJID"


class TooSmallError(ValueError):
    """A part cannot hold a single record."""


@dataclass(frozen=True)
class Part:
    """A part of a dataset: its name, the first and last of its records in the whole (from 1), and their subjects."""

    dataset: str
    name: str
    first: int
    last: int
    first_subject: str
    last_subject: str


def split_xpt(
    whole: Path,
    member: XptMember,
    folder: Path,
    *,
    created: datetime,
    taken: Collection[str] = (),
    largest: int = LARGEST,
) -> list[Part]:
    """Write a dataset in parts; one after the other, their records are those of the whole.

    A part ends with the last record of a subject, so that nobody's records are apart; within a subject only where these
    alone are more than a part holds. Parts are datasets of their own: LB1, LB2; variables and lengths are the whole's.

    Args:
        whole: the transport file.
        member: what is in it.
        folder: where parts are written; made where it is needed.
        created: stamped into the files.
        taken: names that no part may have.
        largest: bytes that a file may have.

    Returns:
        The parts in order; none when the whole is not larger than that.

    Raises:
        TooSmallError: not even one record fits.
    """
    size = whole.stat().st_size
    if size <= largest:
        return []
    width = sum(column.length for column in member.columns)
    blocks = -(-len(member.frame) * width // _BLOCK)
    head = size - blocks * _BLOCK
    room = (largest - head) // _BLOCK * _BLOCK // width
    if room < 1:
        raise TooSmallError(
            f"{member.name}: {largest} bytes hold no record. Records have {width}, headers {head} bytes."
        )
    spans = list(_spans(member, room))
    names = _names(member.name, len(spans), {*taken, member.name})
    columns = tuple(
        XptColumn(item.name, item.type, item.length, item.label, item.format, item.informat) for item in member.columns
    )
    described = XptDataset(member.name, member.label, columns)
    folder.mkdir(parents=True, exist_ok=True)
    parts = []
    for name, (start, stop) in zip(names, spans, strict=True):
        frame = member.frame.iloc[start:stop].reset_index(drop=True)
        write_xpt(folder / f"{name.lower()}.xpt", frame, replace(described, name=name), created=created)
        subjects = ("", "")
        if _SUBJECT in frame:
            subjects = (str(frame[_SUBJECT].iloc[0]), str(frame[_SUBJECT].iloc[-1]))
        parts.append(Part(member.name, name, start + 1, stop, *subjects))
    return parts


def _spans(member: XptMember, room: int) -> Iterator[tuple[int, int]]:
    """First record and the one after the last of each part, from 0."""
    count = len(member.frame)
    ends = np.arange(1, count + 1)
    if _SUBJECT in member.frame:
        subject = member.frame[_SUBJECT].to_numpy()
        ends = np.append(np.flatnonzero(subject[1:] != subject[:-1]) + 1, count)
    start = 0
    while start < count:
        fitting = ends[(ends > start) & (ends <= start + room)]
        stop = int(fitting[-1]) if len(fitting) else start + room
        yield start, stop
        start = stop


def _names(dataset: str, count: int, taken: Collection[str]) -> list[str]:
    """LB1, LB2; of a long name the end gives way: SUPPQSM1. A name that is taken is passed over."""
    found: list[str] = []
    number = 0
    while len(found) < count:
        number += 1
        name = f"{dataset[: _LONGEST_NAME - len(str(number))]}{number}"
        if name not in taken:
            found.append(name)
    return found
