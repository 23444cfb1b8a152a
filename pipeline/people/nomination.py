"""People nominated for the study by the practice, and the routes by which they were nominated."""

from __future__ import annotations

from difflib import get_close_matches

from pipeline.errors import UsageError
from pipeline.vocabulary import ROUTES

LONGEST_REASON = 200  # characters; it has to fit in one line of a cell


def check_route(route: str) -> str:
    """The route as the closed list spells it, whether typed with spaces or hyphens. Raises UsageError."""
    spelt = " ".join(route.lower().replace("-", " ").replace("_", " ").split())
    if spelt in ROUTES:
        return spelt
    near = get_close_matches(spelt, ROUTES, n=1)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    raise UsageError(f"That is not one of the routes.{hint} Use one of: {', '.join(ROUTES)}.")


def check_reason(reason: str) -> str:
    """The reason as one line. Raises UsageError if it is too long."""
    line = " ".join(reason.split())
    if len(line) > LONGEST_REASON:
        raise UsageError(f"The reason is {len(line)} characters long. Shorten it to {LONGEST_REASON} or fewer.")
    return line


def say_nomination(route: str, reason: str, by_rule: bool) -> str:
    """`Nominated (hand search), not found by the rule: seen on Tuesday`."""
    found = "and found by the rule as well" if by_rule else "not found by the rule"
    return f"Nominated ({route}), {found}{f': {reason}' if reason else ''}"
