"""A module for each kind of criterion: its SQL, who meets it, its evidence and its near misses.

A kind's tables, evidence and near miss are in its module; its sentence is in `rules/describe`, which must not import
the search, and its oracle in `search/in_memory`. What all kinds share, and dates in doubt, do not belong here.
"""
