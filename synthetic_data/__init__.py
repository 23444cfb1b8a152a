"""A population with a hidden truth, written in a supplier's format. Imports nothing of `pipeline.search`."""
