"""What the reviewer judges, in the small notes that Excel shows beside a selected cell."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.lists.text_safety import make_safe

_LONGEST = 255  # characters; Excel's limit for such a note
_MORE = "More on the sheet \u201cTo print\u201d."


def split_questions(questions: Sequence[str], notes: int) -> list[str]:
    """Shares the questions out among the notes, in order, each whole. The last note says where the rest are."""
    said = [""] * notes
    at = 0
    for question in map(make_safe, questions):
        line = f"\u2022 {question}"
        while at < notes and len(said[at]) + len(line) + 1 > _room(at, notes):
            at += 1
        if at == notes:
            said[-1] = f"{said[-1]}\n{_MORE}".strip()
            break
        said[at] = f"{said[at]}\n{line}".strip()
    return said


def _room(at: int, notes: int) -> int:
    return _LONGEST - (len(_MORE) + 1 if at == notes - 1 else 0)
