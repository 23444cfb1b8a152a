"""For a criterion that does not hold: how near the record came. Words only; it decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pipeline.search.doubt.readings import Variant
from pipeline.search.doubt.windows import Window
from pipeline.search.evidence_text import Spell
from pipeline.search.kinds.kind_of import kind_of
from pipeline.search.seen import Hit, Seen

LEFT_OUT = {
    "test_record": "of a test record",
    "after_index": "dated after the index date",
    "recorded_later": "recorded after the index date",
}


def nearest_miss(variant: Variant, hits: Sequence[Hit], spells: Sequence[Spell], index: date) -> str:
    """One sentence on what is missing. `hits` are the criterion's rows of one person, `spells` all their spells."""
    rows = [hit for hit in hits if not hit.left_out]
    aside = _left_out(hits)
    if not rows:
        return f"no such entry in the record{aside}"
    window = Window.of(variant.criterion.selection, index)
    inside = [r for r in rows if window.holds(r.first_day, r.last_day, r.may_help, variant.reading)]
    return kind_of(variant.criterion).nearest_miss(Seen(rows, inside, spells, window)) + aside


def _left_out(hits: Sequence[Hit]) -> str:
    reasons = [hit.left_out for hit in hits if hit.left_out]
    said = [f"{reasons.count(reason)} {words}" for reason, words in LEFT_OUT.items() if reason in reasons]
    return f" (left out: {', '.join(said)})" if said else ""
