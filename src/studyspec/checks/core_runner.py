"""Runs the CDISC CORE engine; executed by a Python 3.12 in which cdisc-rules-engine is installed, never imported there.

    PYTHON core_runner.py REQUEST.json

The request names cache, datasets, standard, version, define and output. The report is what the engine's own JSON
writer makes. The engine's package on PyPI has no command line, hence this one.
"""

from __future__ import annotations

import json
import pickle
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


def main(request: Mapping[str, Any]) -> None:
    """Run all rules of a standard on datasets and write the engine's JSON report."""
    from cdisc_rules_engine.models.rule_validation_result import RuleValidationResult
    from cdisc_rules_engine.services import logger

    logger.disabled = True
    cache = Path(request["cache"])
    rules = _rules(cache, f"{request['standard']}/{request['version']}")
    engine = _engine(cache, request)
    started = time.time()
    results = []
    for rule in rules:
        try:
            found = engine.validate_single_rule(rule)
        except Exception as error:  # One rule that cannot cope with the data must not end the run.
            results.append(RuleValidationResult.from_skipped_rule(rule["core_id"], f"{type(error).__name__}: {error}"))
        else:
            results.append(RuleValidationResult(rule, [item for part in found.values() for item in part]))
    _write(request, engine, results, time.time() - started)


def _load(path: Path) -> Any:
    with path.open("rb") as file:
        return pickle.load(file)


def _rules(cache: Path, key: str) -> list[dict[str, Any]]:
    every, wanted = _load(cache / "rules.pkl"), _load(cache / "rules_dictionary.pkl").get(key, ())
    if not wanted:
        raise SystemExit(f"The cache has no rules of {key}.")
    return [every[name] for name in sorted(wanted)]


def _engine(cache: Path, request: Mapping[str, Any]) -> Any:
    from cdisc_rules_engine.config import config
    from cdisc_rules_engine.models.external_dictionaries_container import ExternalDictionariesContainer
    from cdisc_rules_engine.rules_engine import RulesEngine
    from cdisc_rules_engine.services.cache import InMemoryCacheService
    from cdisc_rules_engine.services.data_services import DataServiceFactory

    shared: dict[str, Any] = {
        "standard": request["standard"],
        "standard_version": request["version"],
        "library_metadata": _library(cache, request),
        "max_dataset_size": max(Path(path).stat().st_size for path in request["datasets"]),
    }
    memory = InMemoryCacheService()
    service = DataServiceFactory(config=config, cache_service=memory, **shared).get_data_service(request["datasets"])
    return RulesEngine(
        cache=memory,
        data_service=service,
        config_obj=config,
        external_dictionaries=ExternalDictionariesContainer({}),
        dataset_paths=request["datasets"],
        ct_packages=request["terminology"],
        define_xml_path=request["define"] or None,
        validate_xml=False,
        **shared,
    )


def _library(cache: Path, request: Mapping[str, Any]) -> Any:
    """What the cache knows of the standard; a part that it lacks is left empty."""
    from cdisc_rules_engine.models.library_metadata_container import LibraryMetadataContainer
    from cdisc_rules_engine.utilities import utils

    standard, version = request["standard"], request["version"]
    details = _part(cache, "standards_details", utils.get_standard_details_cache_key(standard, version))
    model = _part(cache, "standards_models", utils.get_model_details_cache_key_from_ig(details)) if details else {}
    packages = sorted(path.stem for path in cache.glob("*ct-*.pkl"))
    return LibraryMetadataContainer(
        standard_metadata=details,
        model_metadata=model,
        variable_codelist_map=_part(
            cache, "variable_codelist_maps", utils.get_standard_codelist_cache_key(standard, version)
        ),
        variables_metadata=_part(
            cache, "variables_metadata", utils.get_library_variables_metadata_cache_key(standard, version, None)
        ),
        ct_package_metadata={name: _load(cache / f"{name}.pkl") for name in request["terminology"] if name in packages},
        published_ct_packages=packages,
        cache_path=str(cache),
    )


def _part(cache: Path, name: str, key: str) -> Any:
    path = cache / f"{name}.pkl"
    return _load(path).get(key, {}) if path.is_file() else {}


def _write(request: Mapping[str, Any], engine: Any, results: Sequence[Any], seconds: float) -> None:
    from cdisc_rules_engine.models.validation_args import Validation_args
    from cdisc_rules_engine.services.reporting.json_report import JsonReport
    from cdisc_rules_engine.services.reporting.sdtm_report_data import SDTMReportData

    # The engine's reports read only some of its command line's arguments; the others are not given.
    given = {
        "dataset_paths": request["datasets"],
        "standard": request["standard"],
        "version": request["version"],
        "controlled_terminology_package": tuple(request["terminology"]),
        "output": request["output"],
        "raw_report": False,
        "max_errors_per_rule": (0, False),
        "define_xml_path": request["define"] or None,
    }
    arguments = Validation_args(**{name: given.get(name) for name in Validation_args._fields})
    datasets = engine.data_service.get_datasets()
    report = SDTMReportData(
        datasets,
        [item.full_path for item in datasets],
        results,
        seconds,
        arguments,
        None,
        dictionary_versions={},
    )
    JsonReport(report, arguments, None).write_report()


if __name__ == "__main__":
    request_file = Path(sys.argv[1])
    main(json.loads(request_file.read_text(encoding="utf-8")))
