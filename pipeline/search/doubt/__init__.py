"""How a row in doubt is read, for SQL: its date is not known, or cannot be, or is imprecise, or it is confidential.

For a person only what is certain counts, against a person whatever is possible. Every expression that tells the two
apart stands here, over three columns of `hits`: `first_day` and `last_day` (between which the date lies; empty where it
is unknown) and `may_help` (0 where the row is confidential, or has a day that cannot be). The oracle's own reading is
`search/in_memory/doubt.py`. No kind of criterion here.
"""
