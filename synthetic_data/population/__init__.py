"""Here: the invented people, their hidden truth, their records as arrays, and the referee of the InSTEP rule.
Not here: any supplier's columns or files."""
