"""Here: counts of an opened store, worked out in DuckDB, and of what its code lists find.
Not here: whether a count is too high or too low, which is for `judge`; no count is a patient's value."""
