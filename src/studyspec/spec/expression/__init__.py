"""The expression language: a safe subset of Python expressions that spec cells are written in.

`parse` reads a cell's text, `references` says what it reads, `check` says what is wrong with it before any data are
read.
"""
