"""Suggests Sustainable Development Goals and targets for a text, from a lexicon that people write.

Pure: text in, suggestions out. Nothing here knows of a store or of HTTP. The same text, lexicon and
model give the same suggestions, byte for byte.
"""
