"""Here: an invented population with a hidden truth, and a writer for each supplier's format.
Not here: anything of `pipeline.search`, so that the two can be compared; nor the readers of the formats."""

from synthetic_data.emis.deltas.deltas import Deltas
from synthetic_data.generate import Counts, RequestError, Summary, generate

__all__ = ["Counts", "Deltas", "RequestError", "Summary", "generate"]
