"""Here: comparing the counts with the thresholds, allowing for chance, without what follows from something else.
Not here: any wording, which is for `report`, nor any query."""
