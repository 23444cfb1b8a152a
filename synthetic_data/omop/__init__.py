"""Here: the population as an OMOP CDM 5.4 database in CSV files, with its vocabulary.
Not here: who the people are, which is for `population`; nor the reader of the format."""
