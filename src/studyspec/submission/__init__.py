"""The submission package: what a regulator receives, in the eCTD folder m5."""
