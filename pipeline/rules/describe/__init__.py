"""A rule in plain English, for the person who must sign it: one sentence for each kind of criterion.

Not here: what was found (`search`), or the words that every rule shares (`rules/defaults`, `rules/wording`).
"""
