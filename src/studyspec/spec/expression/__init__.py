"""The expression language: a safe subset of Python expressions that spec cells are written in."""
