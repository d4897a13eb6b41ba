"""Data files that leave the study: SAS transport (XPT) version 5 and Parquet.

`xpt_write` and `xpt_read` share no code on purpose: the reader is a proof of the writer. So this package
re-exports nothing; import from the module that you mean.
"""
