"""From suppliers' files to one delivery in Casefinder's terms, and what each format cannot carry.

Here: one folder per supplier with its one `Format`, and what they share; `registry` lists them, `read` is the way in.
Not here: which parts of a delivery are kept and how it joins earlier ones (`pipeline.store`), or what rules make of it.
"""
