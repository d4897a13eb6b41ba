"""The standards a define names: implementation guides of its datasets, terminology of its codelists."""

from __future__ import annotations

import re
from dataclasses import dataclass

from studyspec.spec.model import Codelist, Dataset, Spec, is_supplemental
from studyspec.spec.rules_standard import allowed_variables, standard_table

# Names of def:Standard (codelist C170452); workbooks write them with and without hyphens and blanks.
GUIDES = (
    *("SDTMIG", "SDTMIG-AP", "SDTMIG-MD", "ADaMIG", "ADaMIG-MD", "ADaMIG-NCA", "ADaMIG-popPK", "ADaM-OCCDSIG"),
    *("SENDIG", "SENDIG-AR", "SENDIG-DART", "SENDIG-GENETOX", "BIMO"),
)
_GUIDE = re.compile(r"(?:CDISC\s+)?([A-Za-z][A-Za-z -]*?)\s*v?(\d[\w.]*)?", re.ASCII)
_TERMINOLOGY = re.compile(r"([A-Za-z][A-Za-z-]*)\s*(?:CT|Controlled Terminology)?\s+(\d{4}-\d{2}-\d{2})", re.IGNORECASE)
_SPLIT_NAME = 4
_SETS = {name.upper(): name for name in ("SDTM", "ADaM", "SEND", "CDASH", "DEFINE-XML")}


@dataclass(frozen=True)
class StandardRef:
    """A def:Standard: an implementation guide, or with `publishing_set` a release of CDISC terminology."""

    name: str
    version: str
    publishing_set: str = ""

    @property
    def kind(self) -> str:
        """IG or CT."""
        return "CT" if self.publishing_set else "IG"

    @property
    def oid(self) -> str:
        """STD.SDTMIG.3.4, STD.CT.SDTM.2025-03-28."""
        return f"STD.{'CT.' + self.publishing_set if self.publishing_set else self.name}.{self.version}"


def guide(text: str) -> StandardRef | None:
    """The implementation guide that a Standard cell names; None when it names none.

    Example:
        >>> guide("SDTM-IG 3.4")
        StandardRef(name='SDTMIG', version='3.4', publishing_set='')
    """
    match = _GUIDE.fullmatch(text.strip())
    if match is None:
        return None
    letters = re.sub(r"[ -]", "", match[1]).upper()
    names = {re.sub("-", "", name).upper(): name for name in GUIDES}
    names |= {"SDTM": "SDTMIG", "ADAM": "ADaMIG", "SEND": "SENDIG"}
    name = names.get(letters)
    return StandardRef(name, match[2] or "") if name and match[2] else None


def terminology(text: str) -> StandardRef | None:
    """The release that a Terminology cell names; None when it names none.

    Example:
        >>> terminology("SDTM CT 2025-03-28")
        StandardRef(name='CDISC/NCI', version='2025-03-28', publishing_set='SDTM')
    """
    match = _TERMINOLOGY.fullmatch(text.strip())
    if match is None or match[1].upper() not in _SETS:
        return None
    return StandardRef("CDISC/NCI", match[2], _SETS[match[1].upper()])


def standard_of(spec: Spec, dataset: Dataset) -> StandardRef | None:
    """The guide of a dataset. A workbook without any Standard cell, as older ones, has that of its Define sheet."""
    if any(item.standard_name for item in spec.datasets.values()):
        return guide(dataset.standard_name)
    return guide(f"{spec.attributes.get('StandardName', '')} {spec.attributes.get('StandardVersion', '')}")


def domain_of(spec: Spec, dataset: str) -> str:
    """The value of DOMAIN or RDOMAIN in an SDTM dataset: QS of QSMM and SUPPQSMM; an ADaM dataset's own name."""
    name = dataset[4:] if is_supplemental(dataset) else dataset
    return name[:2] if spec.standard == "SDTM" and len(name) == _SPLIT_NAME else name


def is_foreign(spec: Spec, dataset: Dataset, variable: str) -> bool:
    """True for an SDTM variable that neither the domain nor its class has; False where the standard is not shipped."""
    table = standard_table(spec, dataset) if spec.standard == "SDTM" and standard_of(spec, dataset) else None
    return table is not None and variable not in allowed_variables(table, dataset.name)


def standards_of(spec: Spec, codelists: tuple[Codelist, ...]) -> tuple[StandardRef, ...]:
    """All standards in the order of the workbook: guides of the datasets, then terminology of these codelists."""
    guides = [standard_of(spec, dataset) for dataset in spec.datasets.values()]
    releases = [terminology(codelist.terminology) for codelist in codelists]
    found = [item for item in (*guides, *releases) if item is not None]
    return tuple(dict.fromkeys(found))
