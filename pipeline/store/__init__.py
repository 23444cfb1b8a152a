"""Here: a supplier's extract kept as immutable segments, updated by each delivery, and opened as canonical tables.
Not here: reading a supplier's files (extracts), judging what is in them (quality), or searching them (search)."""
