"""PROC COMPARE on two data sets: what differs in attributes, observations and values, told as SAS tells it.

This package re-exports nothing, so that the command line does not load pandas: `read` gives data sets,
`compare.compare_datasets` compares them, `listing`, `html` and `as_json` print the result. docs/compare.md describes
the whole.
"""
