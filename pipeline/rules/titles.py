"""What a list for review calls each criterion: the rule's own words, or the titles of its code lists.

A study's own rule then reads well without work, and nobody is shown a name such as `pain_core`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from pipeline.codes.codelist import CodeList
from pipeline.rules.criteria import Criterion, as_certificates
from pipeline.rules.model import Rule
from pipeline.rules.wording import joined, readable

# A list's title often says more after a comma, a colon or a bracket: "Cancer (malignant disease)".
_MORE = re.compile(r"\s*[,:;(].*", re.DOTALL)


def titles_of(rule: Rule, lists: Mapping[str, CodeList]) -> dict[str, str]:
    """Every criterion's title, by its name."""
    return {name: title_of(criterion, lists) for name, criterion in rule.criteria.items()}


def title_of(criterion: Criterion, lists: Mapping[str, CodeList]) -> str:
    """`Pain medicines`, if the rule says so. Otherwise `Opioid analgesics or gabapentin and pregabalin`."""
    if criterion.says:
        return criterion.says
    selection = criterion.selection
    first, *others = (_short(lists[name].title) for name in selection.lists)
    named = joined([first, *map(_as_later_word, others)])
    if not selection.roles or as_certificates(criterion):
        return named
    return f"{named} ({joined(map(readable, selection.roles))})"


def _short(title: str) -> str:
    return _MORE.sub("", title.strip(), count=1) or title.strip()


def _as_later_word(title: str) -> str:
    """Without its capital, unless it begins with an abbreviation such as NSAIDs."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]
