"""What the expressions of each cell may read: the scope of every place in a workbook that holds an expression.

| place | names | form.COLUMN | look-ups and aggregates |
|---|---|---|---|
| Forms, Subject | columns of the form | the form | raw forms |
| Sources, Where; Mapping | columns of the source form | the form and those joined | what is there before the dataset |
| Methods; Checks on a dataset | variables of the dataset | the forms and joins of its sources | forms and datasets |
| Checks on a raw form | columns of the form | the form | forms and datasets |

Before a dataset there are the raw forms (for ADaM: the SDTM datasets) and the datasets of earlier stages. Datasets
of later stages cannot be read; nor can reference data (TS, TA, TE), which have no subjects.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from studyspec.spec.expression.scope import Column, Scope, Table, raw_columns
from studyspec.spec.model import Dataset, Source, Spec, Variable
from studyspec.spec.order import stages

if TYPE_CHECKING:
    from studyspec.derive.registry import Registry

USUBJID = "USUBJID"
Columns = Mapping[str, Column]


class UnknownColumns(Mapping[str, Column]):
    """The columns of a form that is not at hand: every name is one, and is text; except the names in `others`."""

    def __init__(self, others: Collection[str]) -> None:
        self._others = others

    def __getitem__(self, name: str) -> Column:
        if name in self._others:
            raise KeyError(name)
        return Column()

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def one_record_per_subject(dataset: Dataset) -> bool:
    """True when a subject has at most one record: USUBJID alone is the key, as in DM and ADSL."""
    return set(dataset.key_variables) - {"STUDYID"} == {USUBJID}


def added_columns(function: str, registry: Registry) -> frozenset[str]:
    """The columns that a study function on a source may add: names in quotes in the file it is written in."""
    found = registry.get(function)
    if found is None or found.kind != "records":
        return frozenset()
    return frozenset(re.findall(r"""["']([A-Z][A-Z0-9_]*)["']""", found.file_text))


class Scopes:
    """The scopes of one workbook.

    Args:
        spec: the workbook.
        others: workbooks whose datasets it reads: SDTM for ADaM.
        forms: raw form to columns for SDTM, None where the raw data are not at hand; empty for ADaM.
        registry: the functions of the study, for the columns they add.
    """

    def __init__(
        self, spec: Spec, others: Sequence[Spec], forms: Mapping[str, Collection[str]] | None, registry: Registry
    ) -> None:
        self._spec = spec
        self._registry = registry
        self._collected = forms or {}
        self._datasets = {name: table for one in (*others, spec) for name, table in _tables(one).items()}
        self._reference = frozenset().union(*(one.reference_data for one in (*others, spec)))
        self._stage = {name: number for number, names in enumerate(stages(spec)) for name in names}
        self._forms = {name: Table(columns) for name, columns in self._raw(forms).items()} if not others else {}
        self._sources = {**self._forms, **self._datasets}
        self._of_dataset: dict[str, Scope] = {}

    def _raw(self, forms: Mapping[str, Collection[str]] | None) -> dict[str, Columns]:
        if forms is None:
            return dict.fromkeys(self._spec.forms, UnknownColumns(self._spec.constants))
        with_subject = {form.name for form in self._spec.forms.values() if form.subject}
        return {
            name: raw_columns([*columns, USUBJID] if name in with_subject else columns)
            for name, columns in forms.items()
        }

    def of_subject(self, form: str) -> Scope:
        """Subject of Forms: USUBJID is what is being made there, so nothing can be looked up by subject.

        A form may have collected a column of that name.
        """
        collected = self._collected.get(form, ())
        columns = {name: item for name, item in self._columns(form).items() if name != USUBJID or name in collected}
        return self._scope(columns or self._columns(form), {form: columns}, self._forms, has_subject=False)

    def of_where(self, source: Source) -> Scope:
        """Where of Sources: applied before the source's function, so without what that adds."""
        own = self._columns(source.form)
        joined = {join.form: self._columns(join.form) for join in source.joins if all(name in own for name in join.on)}
        tables = self._before(source.dataset)
        return self._scope(own, {**joined, source.form: own}, tables, self._has_subject(source.form))

    def of_mapping(self, source: Source) -> Scope:
        """Expression of Mapping, for records of one source."""
        forms = self._forms_of(source)
        return self._scope(forms[source.form], forms, self._before(source.dataset), self._has_subject(source.form))

    def of_dataset(self, dataset: str) -> Scope:
        """Methods and Checks of a dataset."""
        if dataset not in self._of_dataset:
            forms: dict[str, Columns] = {}
            for source in self._spec.sources:
                if source.dataset == dataset:
                    forms |= self._forms_of(source)
            own = self._datasets[dataset].columns
            stage = self._stage.get(dataset)
            beside = {name: self._datasets[name] for name, other in self._stage.items() if other == stage}
            tables = {**self._before(dataset), **beside}
            self._of_dataset[dataset] = self._scope(own, forms, tables, dataset not in self._spec.reference_data)
        return self._of_dataset[dataset]

    def _before(self, dataset: str) -> dict[str, Table]:
        """What is there when the records of a dataset are collected: raw forms and what is built before it."""
        own = self._stage.get(dataset)
        if own is None:
            return {}
        later = {name for name, stage in self._stage.items() if stage >= own} | self._reference
        return {name: table for name, table in self._sources.items() if name not in later}

    def of_study_check(self, dataset: str) -> Scope:
        """Checks of a dataset over all subjects: asked of the finished datasets, when the raw forms are gone."""
        return replace(self.of_dataset(dataset), tables=self._datasets, whole_study=True)

    def of_form(self, form: str) -> Scope:
        """Checks on a raw form."""
        tables = {name: table for name, table in self._sources.items() if name not in self._reference}
        return self._scope(self._columns(form), {form: self._columns(form)}, tables, self._has_subject(form))

    def _columns(self, form: str) -> Columns:
        table = self._sources.get(form)
        return table.columns if table else UnknownColumns(self._spec.constants)

    def _forms_of(self, source: Source) -> dict[str, Columns]:
        forms = {join.form: self._columns(join.form) for join in source.joins}
        own = self._columns(source.form)
        if source.function and not isinstance(own, UnknownColumns):
            own = {**raw_columns(added_columns(source.function, self._registry)), **own}
        return forms | {source.form: own}

    def _has_subject(self, form: str) -> bool:
        listed = self._spec.forms.get(form)
        return listed is None or bool(listed.subject)

    def _scope(
        self, columns: Columns, forms: Mapping[str, Columns], tables: Mapping[str, Table], has_subject: bool = True
    ) -> Scope:
        return Scope(columns, forms, tables, self._spec.constants, tuple(self._spec.codelists), has_subject)


def _tables(spec: Spec) -> dict[str, Table]:
    return {
        name: Table(
            {item.name: _column(item, spec) for item in spec.variables_of[name]}, one_record_per_subject(dataset)
        )
        for name, dataset in spec.datasets.items()
    }


def _column(item: Variable, spec: Spec) -> Column:
    codelist = spec.codelists.get(item.codelist)
    column = Column("Num" if item.is_numeric else "Char")
    return replace(column, codelist=codelist.id, terms=tuple(codelist.decodes)) if codelist else column
