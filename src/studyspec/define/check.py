"""What a valid define.xml can still have wrong: the schema sees neither references nor what belongs together.

Source: Define-XML 2.1, business rules of the elements and attributes; Analysis Results Metadata 1.0.
"""

from __future__ import annotations

from collections.abc import Callable

from studyspec.define import rules_datasets, rules_items, rules_oids, rules_results, rules_terms
from studyspec.define.document import DefineDocument
from studyspec.define.validate import NOT_XML
from studyspec.findings import Finding

RULES: tuple[Callable[[DefineDocument], list[Finding]], ...] = (
    rules_oids.dangling_references,
    rules_oids.repeated_oids,
    rules_oids.unused_definitions,
    rules_datasets.standards_of_datasets,
    rules_datasets.classes,
    rules_datasets.files,
    rules_datasets.reference_data,
    rules_datasets.labels,
    rules_datasets.keys,
    rules_datasets.no_data_without_comment,
    rules_items.missing_origins,
    rules_items.origin_sources,
    rules_items.derived_without_method,
    rules_items.predecessors_without_name,
    rules_items.methods_without_text,
    rules_items.lengths,
    rules_items.significant_digits,
    rules_terms.standards_of_codelists,
    rules_terms.codes_without_release,
    rules_terms.codelist_names,
    rules_terms.codelist_types,
    rules_terms.term_codes,
    rules_terms.where_values,
    rules_results.reasons_and_purposes,
    rules_results.variables_of_datasets,
)


def check_define(content: bytes, name: str = "define.xml") -> list[Finding]:
    """Every rule of Define-XML 2.1 that its schema does not hold.

    Args:
        content: the file.
        name: how findings call it.

    Returns:
        Findings DEF-0xx by element, in the order of `Finding.sort_key`.
    """
    from lxml import etree

    try:
        document = DefineDocument(content, name)
    except etree.XMLSyntaxError as error:
        return [NOT_XML.finding(str(error), cell=name)]
    return sorted((finding for rule in RULES for finding in rule(document)), key=Finding.sort_key)
