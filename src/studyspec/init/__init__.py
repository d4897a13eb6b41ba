"""`studyspec init`: lay out a new study from the standards, with what the raw data or the received SDTM already say."""
