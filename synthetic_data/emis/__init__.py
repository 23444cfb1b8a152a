"""Here: the population as an EMIS Web bulk extract, and (in `deltas`) its history as nightly deliveries.
Not here: who the people are, which is for `population`; nor the reader of the format."""
