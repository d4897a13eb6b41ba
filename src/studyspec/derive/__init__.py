"""The public functions a spec may call: pure, vectorised, one clear name each, documented with a worked example."""
