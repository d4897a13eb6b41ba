"""The date format of the site a record was typed at."""

from __future__ import annotations

from studyspec.derive.registry import Char, Records, function


@function()
def date_format(site: Char, sites: Records) -> Char:
    """The date format of a site's screens, for records of a joined form that may stand under another site's number.

    Where the record itself names the site, a join (`sites on SITENO`) gives the same as sites.EDC_DATEFMT.

    Args:
        site: text, the site number in the record whose dates are read.
        sites: the sites form with SITENO and EDC_DATEFMT.

    Returns:
        Text, such as dd/mm/yyyy; blank for a site that is not in the form.

    Example:
        date_format(demog.SITENO, sites)

        | demog.SITENO | sites has           | result      |
        |--------------|---------------------|-------------|
        | 101          | 101 with dd/mm/yyyy | dd/mm/yyyy  |
        |              |                     |             |

    Source:
        docs/raw-forms.md: a date is read with the format of the SITENO in the row.
    """
    formats = sites.drop_duplicates("SITENO").set_index("SITENO")["EDC_DATEFMT"]
    return Char(site.map(formats).fillna("").astype("str"))
