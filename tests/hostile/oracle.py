"""What may come of a damaged folder. Never a wrong list in silence; errors of ours are always in order."""

from __future__ import annotations

from functools import cache

from tests.hostile.damage import Damage
from tests.hostile.folders import FOLDERS, TEXT
from tests.hostile.looking import Listed, Seen, look
from tests.hostile.table import read_grid, write_grid


@cache
def sound(format: str) -> Seen:
    seen = look(FOLDERS[format]())
    assert not seen.error and len(seen.listed) >= 2
    return seen


def people(seen: Seen) -> set[str]:
    """Who they are, by the supplier's key."""
    return {key for _, key, *_ in seen.listed}


def strangers(seen: Seen, before: Seen) -> Listed:
    """Those listed who were not, by their key or by their NHS number: one of the two may be what was damaged."""
    known = {text for one in before.listed for text in one[1:3] if text}
    return frozenset(one for one in seen.listed if not known & {*one[1:3]})


def judge(damage: Damage) -> Seen:
    """Look at a damaged folder and assert that the answer is a right one."""
    seen, before = look(damage.files), sound(damage.format)
    if seen.error:
        return seen
    match damage.kind:
        case "layout":
            assert seen.listed == before.listed, "the same was said, and other people are listed"
        case "value":
            assert not strangers(seen, before) or seen.says_more_than(before), "a wrong value listed somebody, unsaid"
        case "lost":
            assert seen.listed == before.listed or seen.says_more_than(before), "a part is lost, and the list, unsaid"
        case "bytes":
            _judge_bytes(damage, seen, before)
    return seen


def _judge_bytes(damage: Damage, seen: Seen, before: Seen) -> None:
    if seen.listed == before.listed or seen.says_more_than(before):
        return
    grid = read_grid(damage.files[damage.file], TEXT[damage.format]) if damage.format in TEXT else None
    assert grid is not None, "the file is damaged, the list is another, and nothing is said"
    plainly = look(damage.files | {damage.file: write_grid(grid, TEXT[damage.format])})
    assert (plainly.error, plainly.listed) == ("", seen.listed), "the list is not what the file says"
    is_cut = damage.what.startswith("cut") and not damage.files[damage.file].endswith(b"\n")
    assert not is_cut, "the file ends in the middle of a line, the list is another, and nothing is said"
