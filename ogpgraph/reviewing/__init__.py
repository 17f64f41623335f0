"""Suggested alignments on their way to being accepted or rejected by somebody, and remembered."""
