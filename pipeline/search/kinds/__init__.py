"""A module for each kind of criterion, and `employment` for what the record says about work: SQL and words.

A kind's tables, evidence and near miss are in its module; its sentence is in `rules/describe`, which must not import
the search, and its oracle in `search/in_memory`. What all kinds share, and dates in doubt, do not belong here.
"""
