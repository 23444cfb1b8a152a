"""Here: the population in the plain canonical format, and what several formats share about practices and courses.
Not here: who the people are, which is for `population`; nor the reader of the format."""
