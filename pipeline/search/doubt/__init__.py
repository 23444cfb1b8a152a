"""How a row in doubt is read, for SQL: its date is not known, or only to the month or year, or it is confidential.

For a person only what is certain counts, against a person whatever is possible. Every expression that tells the two
apart stands here, over three columns of `hits`: `first_day` and `last_day` (between which the date lies; empty where it
is unknown) and `is_confidential`. The oracle's own reading is `search/in_memory/doubt.py`. No kind of criterion here.
"""
