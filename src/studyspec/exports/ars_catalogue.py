"""What the analyses of a reporting event share: analysis sets, data subsets, groupings, methods and documents.

An object's id is made of what it says, so that equal ones are one object, and a change elsewhere changes no id.
Source: CDISC Analysis Results Standard 1.0, logical model.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from studyspec.define.oids import readable
from studyspec.exports.ars_methods import method, method_id
from studyspec.exports.conditions import Constants, equals, joined, where_clause
from studyspec.spec.tlf import DisplayColumn, Subgroup
from studyspec.spec.tlf_cells import Category

Objects = dict[str, dict[str, Any]]
SUBJECTS = "ADSL"
NOT_SAID = "As an expression only, which a where clause cannot say: "
EVERYONE = "Every subject of ADSL"


@dataclass(frozen=True)
class Grouping:
    """A grouping, and for each of its groups what a result says of the group it is about.

    Groups go by the ID of a column or a subgroup, or by the value of a variable.
    """

    id: str
    groups: Mapping[str, dict[str, str]]


@dataclass
class Catalogue:
    """Shared objects by id, in order of first use; each method adds the object where it is new and gives its id.

    `constants` are the parameters that expressions name.
    """

    constants: Constants
    sets: Objects = field(default_factory=dict)
    subsets: Objects = field(default_factory=dict)
    groupings: Objects = field(default_factory=dict)
    methods: Objects = field(default_factory=dict)
    documents: Objects = field(default_factory=dict)

    def analysis_set(self, condition: str, label: str) -> str:
        """The subjects that meet a condition on ADSL; blank: every one.

        Args:
            condition: an expression.
            label: how people call them.
        """
        own = f"AS.{readable(condition) or 'ALL'}"
        if own not in self.sets:
            shown = {"id": own, "name": label or EVERYONE, "level": 1, "order": len(self.sets) + 1}
            self.sets[own] = {**shown, **self._where(((SUBJECTS, condition),))}
        return own

    def data_subset(self, dataset: str, condition: str) -> str:
        """The records of a dataset that meet a condition, which is not blank."""
        own = f"DS.{dataset}.{readable(condition)}"
        if own not in self.subsets:
            shown = {"id": own, "name": condition, "level": 1, "order": len(self.subsets) + 1}
            self.subsets[own] = {**shown, **self._where(((dataset, condition),))}
        return own

    def columns(self, columns: Sequence[DisplayColumn], records_of: str = "") -> Grouping:
        """The columns of a display as prespecified groups of one grouping.

        Args:
            columns: computed or published ones.
            records_of: the dataset that their conditions on records are about; "": they do not count here.
        """
        facts = [(item.id, item.label, item.where, item.records if records_of else "") for item in columns]
        # Columns that take all records are the same whatever is counted.
        records_of = records_of if any(records for *_, records in facts) else ""
        own = _own("GF.COLUMN", [item.id for item in columns], (records_of, *facts))
        if own not in self.groupings:
            groups = [
                self._group(f"{own}.{name}", label, order, ((SUBJECTS, where), (records_of, records)))
                for order, (name, label, where, records) in enumerate(facts, start=1)
            ]
            self._add_grouping(own, "Column", groups)
        return Grouping(own, {item.id: {"groupingId": own, "groupId": f"{own}.{item.id}"} for item in columns})

    def subgroups(self, subgroups: Sequence[Subgroup]) -> Grouping:
        """The subgroups of a display as prespecified groups of one grouping."""
        own = _own("GF.SUBGROUP", [item.id for item in subgroups], [(item.label, item.where) for item in subgroups])
        if own not in self.groupings:
            groups = [
                self._group(f"{own}.{item.id}", item.label, order, ((SUBJECTS, item.where),))
                for order, item in enumerate(subgroups, start=1)
            ]
            self._add_grouping(own, "Subgroup", groups)
        return Grouping(own, {item.id: {"groupingId": own, "groupId": f"{own}.{item.id}"} for item in subgroups})

    def values(self, dataset: str, variable: str, categories: Sequence[Category] = ()) -> Grouping:
        """The values of a variable as groups: those listed are prespecified, else the data give them."""
        own = f"GF.{dataset}.{variable}"
        if categories:
            own = _own("GF", (dataset, variable), [(item.value, item.label) for item in categories])
        if own not in self.groupings:
            groups = [
                {
                    "id": f"{own}.{order}",
                    "name": item.label or item.value or "Missing",
                    "level": 1,
                    "order": order,
                    **equals(dataset, variable, item.value),
                }
                for order, item in enumerate(categories, start=1)
            ]
            self._add_grouping(own, variable, groups, groupingDataset=dataset, groupingVariable=variable)
        return Grouping(own, _Values(own, categories))

    def method(self, kind: str, statistics: Sequence[str], *, worst: bool = False) -> str:
        """The method that computes these statistics; see `ars_methods.method`."""
        own = method_id(kind, statistics, worst=worst)
        if own not in self.methods:
            self.methods[own] = method(kind, statistics, worst=worst)
        return own

    def document(self, name: str) -> str:
        """A reference document."""
        own = f"RF.{readable(name)}"
        self.documents.setdefault(own, {"id": own, "name": name})
        return own

    def _add_grouping(self, own: str, name: str, groups: Sequence[dict[str, Any]], **about: str) -> None:
        shown: dict[str, Any] = {"id": own, "name": name, **about, "dataDriven": not groups}
        self.groupings[own] = {**shown, "groups": list(groups)} if groups else shown

    def _group(self, own: str, label: str, order: int, conditions: Sequence[tuple[str, str]]) -> dict[str, Any]:
        """A group of those that meet conditions, each on a dataset."""
        return {"id": own, "name": " ".join(label.split()), "level": 1, "order": order, **self._where(conditions)}

    def _where(self, conditions: Sequence[tuple[str, str]]) -> dict[str, Any]:
        """What conditions, each on a dataset, say together: as expressions, and as where clause if one can say it."""
        given = [(dataset, text) for dataset, text in conditions if text]
        if not given:
            return {}
        expressions = "; ".join(f"{dataset} where {text}" for dataset, text in given)
        clauses = [where_clause(text, dataset, self.constants) for dataset, text in given]
        said = [clause for clause in clauses if clause is not None]
        if len(said) < len(clauses):
            return {"description": NOT_SAID + expressions}
        return {"description": expressions, **joined(said)}


def _own(prefix: str, names: Sequence[str], content: Sequence[object]) -> str:
    """The id of an object of this content; the names tell people what it is about."""
    checksum = hashlib.sha256(repr(content).encode()).hexdigest()[:8]
    return f"{prefix}.{readable('.'.join(names))}.{checksum}"


class _Values(dict[str, dict[str, str]]):
    """What results say of the group of each value of one variable."""

    def __init__(self, grouping: str, categories: Sequence[Category]) -> None:
        super().__init__()
        for order, item in enumerate(categories, start=1):
            own = {"groupingId": grouping, "groupId": f"{grouping}.{order}", "groupValue": item.value}
            self[item.value] = own
        self._grouping = grouping

    def __missing__(self, value: str) -> dict[str, str]:
        self[value] = {"groupingId": self._grouping, "groupValue": value}
        return self[value]
