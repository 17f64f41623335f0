"""SDG alignments as records: read from a version, exchanged as SSSOM, and read back."""
