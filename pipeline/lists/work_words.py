"""What the record says about work, in a word or two. The CSV keeps the search's own word for programs."""

from __future__ import annotations

_WORDS = {
    "in_work": "In work",
    "out_of_work": "Out of work",
    "conflicting": "Conflicting",
    "other": "Neither",
    "not_recent": "Not recent",
    "none": "Not known",
}


def work_words(state: str) -> str:
    """`In work`, for `in_work`."""
    return _WORDS.get(state, state.replace("_", " ").capitalize())
