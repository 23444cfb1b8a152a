"""Words for a daily dose, which no rule can ask for, and why."""

from __future__ import annotations

import re

_DOSE = re.compile(r"dos(e|es|age|ages|ing)|morphine|milligrams?|(o?mme?|ome|omeq|omed|ddd|mg)(_(per_)?day)?")
WHY = (
    "a daily dose cannot be worked out, in morphine equivalents or otherwise, because an extract gives the dosage as "
    "free text, which is never read. Ask for what is coded: a code list of strong medicines, or its 'roles'; how many "
    "issues there are ('at_least', 'count: issues'); or the quantity issued ('value')"
)


def is_daily_dose(word: str) -> bool:
    """Whether someone who writes this word means a dose: `dose`, `mme`, `oral_morphine_equivalent`."""
    parts = re.split("[^a-z]+", word.lower())
    return any(_DOSE.fullmatch(part) for part in (*parts, word.lower()))
