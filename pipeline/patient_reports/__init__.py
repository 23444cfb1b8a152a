"""Reads a list of patients that a practice exported from its own system: who it names, and which lines name no one.

Not here: which records of an extract those people are (`people/match_report.py`).
"""
