"""The folders of the package and the names in them.

Source: FDA Study Data Technical Conformance Guide, section on the electronic submission format (folders below
m5/datasets); ICH eCTD Specification 3.2.2, appendices on file names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from studyspec.spec.model import Standard

DATASETS = "datasets"
SPLIT = "split"
DEFINE = "define.xml"
_FOREIGN = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class StudyTree:
    """Where everything of one study is, as paths below m5 with slashes.

    Example:
        >>> tree = StudyTree("ionasyn01")
        >>> tree.datasets("SDTM")
        'datasets/ionasyn01/tabulations/sdtm'
        >>> tree.programs
        'datasets/ionasyn01/analysis/adam/programs'
    """

    study: str

    @property
    def root(self) -> str:
        """The study's folder."""
        return f"{DATASETS}/{self.study}"

    @property
    def programs(self) -> str:
        """The folder of programs; the guide has it for analysis only, so programs of tabulations are here, too."""
        return f"{self.root}/analysis/adam/programs"

    def datasets(self, standard: Standard) -> str:
        """The folder of a standard's datasets, its define.xml and its documents."""
        return f"{self.root}/{'tabulations/sdtm' if standard == 'SDTM' else 'analysis/adam/datasets'}"


def program_name(dataset: str, standard: Standard) -> str:
    """The file of a dataset's program: adsl.txt; of SDTM, which shares the folder, sdtm-ae.txt."""
    return f"{'sdtm-' if standard == 'SDTM' else ''}{dataset.lower()}.txt"


def file_stem(name: str) -> str:
    """A name in the letters that eCTD allows: small ones, digits and hyphens.

    Example:
        >>> file_stem("T_14.3.1 Overview"), file_stem("IONASYN01")
        ('t-14-3-1-overview', 'ionasyn01')
    """
    return _FOREIGN.sub("-", name.lower()).strip("-")
