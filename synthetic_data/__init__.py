"""A population with a hidden truth, written in a supplier's format. Imports nothing of `pipeline.search`."""

from synthetic_data.emis.deltas.deltas import Deltas
from synthetic_data.generate import Counts, RequestError, Summary, generate

__all__ = ["Counts", "Deltas", "RequestError", "Summary", "generate"]
