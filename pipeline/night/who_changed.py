"""What a night found out about who people are, for its page: counts only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

_FLAGGED = "Every list flags the people concerned. Check their names and dates of birth before you decide."

# In the order of the page. `{}` is how many; the second form is for more than one.
_WORDS = {
    "renumbered": (
        "{} person has another patient number at their practice. What was decided stays with them.",
        "{} people have another patient number at their practice. What was decided stays with them.",
    ),
    "joined": (
        "{} record turned out to be the same person as another. They get one letter at most.",
        "{} records turned out to be the same people as others. They get one letter each at most.",
    ),
    "separated": (
        "{} record turned out not to be the person it was kept with.",
        "{} records turned out not to be the people they were kept with.",
    ),
    "place_taken": (
        "{} patient number now belongs to someone else.",
        "{} patient numbers now belong to other people.",
    ),
    "number_corrected": ("{} record has another NHS number.", "{} records have another NHS number."),
    "birth_corrected": (
        "{} record without an NHS number has another date of birth.",
        "{} records without an NHS number have another date of birth.",
    ),
    "number_shared": (
        "{} pair of records share an NHS number, or did, and may be one person. If one had a letter or said no, the "
        "other gets none.",
        "{} pairs of records share an NHS number, or did, and may be one person each. If one had a letter or said no, "
        "the other gets none.",
    ),
    "place_changed": (
        "{} record without an NHS number may be someone else's, because patient numbers at its practice have changed.",
        "{} records without an NHS number may be someone else's, because patient numbers at their practice have "
        "changed.",
    ),
    "annulled": (
        "{} decision no longer holds, because it is not certain who it was about. Review that person again.",
        "{} decisions no longer hold, because it is not certain who they were about. Review those people again.",
    ),
}
_CERTAIN = ("renumbered", "joined")


def say_changes(changes: Mapping[str, int]) -> Iterator[str]:
    """One sentence for each kind of change, and what to do about those in doubt."""
    for kind, (one, many) in _WORDS.items():
        if changes.get(kind):
            yield (one if changes[kind] == 1 else many).format(f"{changes[kind]:,}")
    if any(changes.get(kind) for kind in _WORDS if kind not in _CERTAIN):
        yield _FLAGGED
