"""Functions of the AE rows of specs/sdtm.xlsx: two events that a site wrote in one line."""

from __future__ import annotations

import re

import pandas as pd

from studyspec.derive.columns import map_together
from studyspec.derive.registry import Char, Records, function

# "and" in the languages of the sites, and signs that stand for it.
SEPARATOR = re.compile(r" (?:and|\+|/|et|e|ve|und) ")

ENTRY = ["SITENO", "SUBJNO", "AENUM"]


@function(kind="records")
def split_verbatim(frame: pd.DataFrame, ae_coding: Records) -> pd.DataFrame:
    """One row per event: an entry that the coding export codes in parts is repeated for each part.

    Whether a line holds two events is decided by the coder, never by the words in it: "acute renal failure / AKI" is
    one event.

    Args:
        frame: records of the ae form.
        ae_coding: the coding export with SITENO, SUBJNO, AENUM and CODEPART (1, or 1 and 2).

    Returns:
        The frame with the new column CODEPART, the part each row stands for (1 for an entry without coding); rows of an
        entry follow each other in the order of the parts.

    Example:
        Sources: Form ae, Function split_verbatim, and the Join
        `ae_coding on SITENO, SUBJNO, AENUM, CODEPART keep last by CODEDT`, which is made after the function.
        Entry 12 with the coding parts 1 and 2 gives two rows, CODEPART 1 and 2.

    Source:
        docs/raw-forms.md, rules for events; SDTMIG 3.4 section 6.2.1 (one AE record per event).
    """
    parts = ae_coding[[*ENTRY, "CODEPART"]].drop_duplicates().sort_values([*ENTRY, "CODEPART"])
    repeated = frame.merge(parts, on=ENTRY, how="left", sort=False)
    repeated["CODEPART"] = repeated["CODEPART"].fillna("1").astype("str")
    return repeated


@function()
def verbatim_part(term: Char, part: Char) -> Char:
    """The part of a verbatim that stands for one of two events written in one line.

    Args:
        term: text, the cleaned verbatim.
        part: text, 1 or 2; blank for a verbatim that is one event.

    Returns:
        Text: the whole term when `part` is blank; otherwise what stands before (1) or after (2) the first separator:
        and, +, /, et, e, ve, und between blanks. A term without a separator is given whole for both parts.

    Example:
        verbatim_part(AETERM, CODEPART)

        | AETERM          | CODEPART | result          |
        |-----------------|----------|-----------------|
        | fever and cough | 1        | fever           |
        | fever and cough | 2        | cough           |
        | fever and cough |          | fever and cough |

    Source:
        docs/raw-forms.md, rules for events; SDTMIG 3.4 section 6.2.1 (AETERM is the text of one event).
    """
    found = map_together((term, part), _part)
    return Char(pd.Series(found, index=term.index, dtype="str"))


def _part(term: str, part: str) -> str:
    pieces = SEPARATOR.split(term, maxsplit=1)
    return pieces[int(part) - 1] if part and len(pieces) == 2 else term
