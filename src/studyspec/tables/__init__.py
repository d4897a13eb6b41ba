"""Tables as data first: analysis results, then layout, then renderers. docs/tables.md describes the whole."""
