"""What is said of a criterion that does not hold is true of the record, in both readings."""

from datetime import date
from pathlib import Path

import pytest

from pipeline.search.doubt.readings import Reading, Variant
from pipeline.search.near_miss import nearest_miss
from pipeline.search.seen import Hit
from tests.search.tables import INDEX, read_rule

OLD = "1 row, none certainly in the window; the newest is 01/01/2020"
HIDDEN = "1 confidential row, which cannot count for a person"

IMPOSSIBLE = "1 row with a date that cannot be, which cannot count for a person"
HIDDEN_AND_IMPOSSIBLE = "1 confidential row and 1 row with a date that cannot be, which cannot count for a person"
OLDEST = "the newest row is 'invited', (dated 01/01/1900, which cannot be)"

CRITERIA = {
    "within": "{events: {codelist: pain, within: 12 months}}",
    "twice": "{events: {codelist: pain}, at_least: 2}",
    "persists": "{events: {codelist: pain}, persists: 3 months}",
    "same": "{events: {codelist: pain}, persists: 3 months, same: meaning}",
    "latest": "{latest: {codelist: pain, roles: [declined], within: 12 months}}",
}


def hit(day: str, last: str | None = None, *, role: str = "", confidential: bool = False) -> Hit:
    first = date.fromisoformat(day).toordinal() if day else None
    final = date.fromisoformat(last).toordinal() if last else first
    return Hit(1, role, first, final, confidential, "", may_help=not confidential)


def impossible(day: str, *, role: str = "", confidential: bool = False) -> Hit:
    """A row of a day that cannot be."""
    return Hit(1, role, None, None, confidential, "", False, date.fromisoformat(day).toordinal())


def near(folder: Path, name: str, reading: Reading, *hits: Hit) -> str:
    rule = read_rule(folder, f"population: {{}}\ncriteria:\n  asked: {CRITERIA[name]}\ninclude: asked\n")
    return nearest_miss(Variant(1, 1, "asked", rule.criteria["asked"], reading), hits, [], INDEX)


MAY = hit("2026-05-01", "2026-05-31")


@pytest.mark.parametrize(
    "name, reading, hits, said",
    [
        ("within", "for", [hit("2026-01-01", confidential=True)], HIDDEN),
        ("within", "for", [hit("2020-01-01")], OLD),
        ("within", "for", [impossible("9999-12-31"), hit("2026-01-01", confidential=True)], HIDDEN_AND_IMPOSSIBLE),
        ("within", "for", [impossible("9999-12-31")], IMPOSSIBLE),
        ("latest", "against", [impossible("1900-01-01", role="invited")], OLDEST),
        ("twice", "for", [hit("")], "1 of 2 dates needed"),
        ("twice", "against", [hit("2026-01-01", confidential=True)], "1 of 2 dates needed"),
        ("persists", "for", [MAY, hit("")], "no two exact dates, so nothing shows that they lie 3 months apart"),
        ("same", "for", [MAY, hit("2026-01-01")], "no one condition has enough entries by itself, far enough apart"),
        ("latest", "for", [hit("2020-01-01", role="declined")], OLD),
        ("latest", "for", [hit("2026-01-01", role="invited")], "the newest row is 'invited', 01/01/2026"),
        ("latest", "against", [hit("2026-01-01", confidential=True)], "the newest row is confidential, 01/01/2026"),
    ],
)  # fmt: skip
def test_what_is_said(tmp_path: Path, name: str, reading: Reading, hits: list[Hit], said: str) -> None:
    assert near(tmp_path, name, reading, *hits) == said
