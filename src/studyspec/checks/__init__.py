"""Conformance: what a validator would object to in the datasets, their define.xml and their spec, told beforehand."""
