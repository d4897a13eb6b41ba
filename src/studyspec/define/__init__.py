"""Define-XML 2.1 with Analysis Results Metadata: written from a spec and the built data, checked, and rendered.

Sources: CDISC Define-XML 2.1 and Analysis Results Metadata 1.0 for Define-XML; facts only, in our own words.
"""
