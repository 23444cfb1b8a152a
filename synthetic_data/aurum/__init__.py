"""Here: the population as a CPRD Aurum extract.
Not here: who the people are, which is for `population`; nor the reader of the format."""
