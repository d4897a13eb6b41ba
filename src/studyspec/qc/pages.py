"""HTML pages of QC from their templates."""

from __future__ import annotations


def page(template: str, **content: object) -> str:
    """A page from a template of this package, everything in it escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("studyspec.qc", "")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template(template).render(**content)
