"""Here: invented people with a hidden truth (`population`), and a folder with a writer for each format (`writers`).
Not here: anything that reads or searches extracts, so that reader and writer cannot share a mistake."""

from synthetic_data.generate import Counts, RequestError, Summary, generate
from synthetic_data.order import Deltas

__all__ = ["Counts", "Deltas", "RequestError", "Summary", "generate"]
