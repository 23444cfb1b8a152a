"""An invented population with a hidden truth, written in a supplier's format.

Here: the people (`population`), a folder per format with its writer, and `writers`, which lists them. Not here:
anything that reads or searches extracts, so that reader and writer cannot share a mistake.
"""

from synthetic_data.generate import Counts, RequestError, Summary, generate
from synthetic_data.order import Deltas

__all__ = ["Counts", "Deltas", "RequestError", "Summary", "generate"]
