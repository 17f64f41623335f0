"""The Sustainable Development Goals: codes, every spelling of them, and what they stand for.

    >>> from ogpgraph.sdg import resolve
    >>> code = resolve("ODS 16.06")
    >>> code.text, code.level, code.parent.text
    ('16.6', 'target', '16')

`codes` has the code as a value, `vocabulary` what there is, `spellings` how people and machines
write it, `rollup` sums targets by goal, `official` takes in the United Nations' own texts.
"""

from ogpgraph.sdg.codes import Code, Level
from ogpgraph.sdg.rollup import roll_up
from ogpgraph.sdg.spellings import resolve
from ogpgraph.sdg.vocabulary import VOCABULARY, Entry, Vocabulary

__all__ = ["VOCABULARY", "Code", "Entry", "Level", "Vocabulary", "resolve", "roll_up"]
