"""Validation of an installation and a study: IQ, OQ, PQ and the report that puts them together with QC."""
