"""One dataset from spec and sources; evaluation, order of work, SUPP--, conforming, ledger, lineage, partitions."""
