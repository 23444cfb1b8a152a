"""Finds people for a trial in coded GP records. Data flows from `extracts` down to `lists`; see README.md."""
