"""Check loaded specs: every rule that looks across rows, sheets and workbooks, all findings in one run.

A rule is a small function in one of the `rules_` modules that returns the complete list of its offenders.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from studyspec.findings import Finding
from studyspec.spec import rules_adam as adam_rules
from studyspec.spec import rules_analysis as analysis
from studyspec.spec import rules_expressions as expressions
from studyspec.spec import rules_names as names
from studyspec.spec import rules_received as received
from studyspec.spec import rules_references as references
from studyspec.spec import rules_sheets as sheets
from studyspec.spec import rules_sources as sources
from studyspec.spec import rules_standard as standard
from studyspec.spec import rules_terms as terms
from studyspec.spec import rules_values as values
from studyspec.spec.model import Spec
from studyspec.spec.order import circular_derivations, circular_sources
from studyspec.spec.scopes import Scopes

if TYPE_CHECKING:
    from studyspec.derive.registry import Registry

# Rules that need one workbook only.
RULES: tuple[Callable[[Spec], list[Finding]], ...] = (
    references.unknown_datasets,
    references.unknown_variables,
    references.unknown_codelists,
    references.unknown_methods,
    references.unknown_comments,
    references.unknown_documents,
    references.unknown_key_variables,
    references.where_clauses,
    references.message_variables,
    sources.datasets_without_source,
    sources.unknown_sources,
    sources.keys_without_policy,
    sources.forms_without_subject,
    sources.forms_named_as_datasets,
    sheets.sheets_of_analysis,
    sheets.unknown_parameters,
    values.values_missing,
    values.values_twice,
    values.values_not_in_every_source,
    circular_sources,
    names.dataset_names,
    names.standard_names,
    names.variable_names,
    names.labels,
    names.text_lengths,
    names.domain_prefixes,
    names.repeated_orders,
    terms.terminology,
    terms.codelist_types,
    terms.numeric_terms,
    terms.synonyms,
    terms.assigned_values,
    terms.term_lengths,
    standard.required_datasets,
    standard.unverified_domains,
    standard.missing_variables,
    standard.foreign_variables,
    standard.standard_qnams,
    standard.standard_labels,
    standard.standard_types,
    standard.standard_orders,
    standard.standard_codelists,
    adam_rules.paired_variables,
    adam_rules.flags,
    adam_rules.date_formats,
    adam_rules.imputation_flags,
    analysis.analysis_references,
    expressions.settings,
)
# Rules that need what expressions may read, and the functions they may call.
EXPRESSION_RULES = (
    expressions.forms,
    expressions.sources,
    expressions.mappings,
    expressions.methods,
    expressions.checks,
)


def check_specs(
    sdtm: Spec, adam: Spec | None, *, registry: Registry, forms: Mapping[str, Sequence[str]] | None
) -> list[Finding]:
    """Apply every rule to the specs of a study.

    Args:
        sdtm: the SDTM spec as loaded.
        adam: the ADaM spec, if the study has one. Its predecessors and sources may be in either workbook.
        registry: the functions that expressions and the Function column may call.
        forms: raw form to its columns; None where the raw data are not at hand, and then nothing is said about them.

    Returns:
        All findings, errors first, then by code and place.
    """
    findings = sources.unlisted_forms(sdtm, forms) + _check_spec(sdtm, (), forms, registry)
    if adam is not None:
        findings += _check_spec(adam, (sdtm,), forms, registry)
    return sorted(findings, key=Finding.sort_key)


def _check_spec(
    spec: Spec, others: Sequence[Spec], forms: Mapping[str, Sequence[str]] | None, registry: Registry
) -> list[Finding]:
    known = sources.readable(spec, others, forms)
    findings = values.predecessors(spec, others)
    findings += sources.unknown_forms(spec, known) + sources.unknown_columns(spec, known, registry)
    findings += sources.unknown_functions(spec, registry) + sources.form_uses(spec, registry)
    findings += received.variables_not_received(spec, forms or {}) + received.columns_not_described(spec, forms or {})
    findings += circular_derivations(spec, registry)
    for rule in RULES:
        findings += rule(spec)
    scopes = Scopes(spec, others, forms, registry)
    for expression_rule in EXPRESSION_RULES:
        findings += expression_rule(spec, scopes, registry)
    return findings
