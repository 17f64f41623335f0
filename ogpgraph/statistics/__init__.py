"""Statistics of a version: tables of counts, made once, and their forms as text and RDF.

Not those of VoID, which count statements for machines: see `describing`.
"""
