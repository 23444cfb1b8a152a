"""Here: the population as a TPP SystmOne Strategic Reporting Extract.
Not here: who the people are, which is for `population`; nor the reader of the format."""
