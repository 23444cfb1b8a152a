"""Here: the population as an EMIS-X Explorer export, in the current models or the older tables.
Not here: who the people are, which is for `population`; nor the reader of the format."""
