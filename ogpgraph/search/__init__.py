"""Full text: an index of each version in SQLite FTS5, and the questions that are put to it.

`words` folds and stems, `question` reads what people type, `staging` and `index` write the file,
`gathering` reads what goes in from a version, `found` asks it.
"""
