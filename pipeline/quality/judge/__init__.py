"""Here: counts held against the thresholds, allowing for chance, and what is left to say of them.
Not here: any wording, which is for `report`, nor any query."""
