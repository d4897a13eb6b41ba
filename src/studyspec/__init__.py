"""studyspec runs an Excel define spec: raw registry export to SDTM, ADaM, XPT and safety tables."""

__version__ = "0.1.0"
