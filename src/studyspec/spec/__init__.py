"""Specs: workbook to typed, frozen model; schemas; cross-sheet rules; the expression language."""
