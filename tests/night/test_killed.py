"""A night killed anywhere, again and again: the last good lists stand, and the next whole night puts everything right.

`make prove` kills 500 times.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from pipeline.ledger.chain import read_end
from pipeline.ledger.head import head_file
from pipeline.ledger.open import connect, open_ledger
from pipeline.ledger.published import published_runs
from pipeline.ledger.verify import verify_ledger
from pipeline.night.run_folders import ready_folder
from pipeline.runs.paths import RunPaths
from tests.effort import SEED, long, much, some
from tests.night.killing import KILLED, Ended, night_killed_after, night_of
from tests.night.outcome import names_on_disk
from tests.night.place import Kill, Place, at_touch, make_place
from tests.night.weeks import STUDIES, TONIGHT

KILLS = much(2, 500)
IN_A_ROW = 3
BY_THE_CLOCK = 0.3  # of the kills: between two touches, inside SQLite and DuckDB
CUTS = much(12, 400)
pytestmark = [long, pytest.mark.skipif(sys.platform == "win32", reason="kills processes as on POSIX")]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return make_place(tmp_path_factory.mktemp("killed"))


def test_killed_again_and_again(place: Place) -> None:
    whole = place.after(1).ended
    random = Random(SEED)
    killed = 0
    for kills in rounds(random, KILLS):
        ends = place.try_kills([some_kill(place, random, whole) for _ in range(kills)])
        killed += sum(end.code == -KILLED for end in ends)
    assert killed > KILLS / 2, "kills that came too late prove nothing"


def test_nothing_of_a_killed_night_stays_on_the_disk(place: Place) -> None:
    """In the midst of building the store; the kills drawn by chance may all be elsewhere."""
    whole = place.after(1).names
    for at in range(105, 165, 10):
        place.put_back()
        assert night_of(replace(place.order, at=at, act="die"), place.folder).code == -KILLED
        if any(name.endswith(".parquet") for name in names_on_disk(place.site) - whole):
            break
    else:
        pytest.fail("patients' records")
    place.try_kills([at_touch(place, at)])


def test_the_list_of_a_second_night_of_the_day_is_that_of_the_first(place: Place) -> None:
    """The first may have been killed before anybody saw its lists: the new are as new."""
    for study in STUDIES:
        first, second = (place.after(nights).studies[study].files for nights in (1, 2))
        lists = [name for name in first if name.endswith("list.csv")]
        assert len(lists) == 2 and {name: first[name] for name in lists} == {name: second[name] for name in lists}
        assert any(b"New on this list" in first[name] for name in lists)


def rounds(random: Random, kills: int) -> Iterator[int]:
    """How many kills follow one another, until there were enough."""
    while kills > 0:
        drawn = min(kills, random.choice((1, 1, IN_A_ROW - 1, IN_A_ROW)))
        yield drawn
        kills -= drawn


def some_kill(place: Place, random: Random, whole: Ended) -> Kill:
    if random.random() < BY_THE_CLOCK:
        seconds = random.uniform(0, whole.seconds)
        return lambda order: night_killed_after(order, seconds, place.folder)
    anywhere = random.randint(1, whole.touches)
    return at_touch(place, random.choice((anywhere, random.choice(whole.names) + random.choice((0, 1)))))


def test_killed_before_and_after_each_study_is_published(place: Place) -> None:
    """Its folder is whole, and the ledger does not know it yet; or knows it, and its name and the head are missing."""
    published = place.after(1).ended.commits[1 : 1 + len(STUDIES)]  # the first says that the night begins
    for at in some(published, 1):
        for after in (0, 1):
            place.put_back()
            assert night_of(replace(place.order, at=at + after, act="die"), place.folder).code == -KILLED
            folder = place.site.output / "runs" / STUDIES[published.index(at)] / TONIGHT.isoformat()
            assert ready_folder(folder).is_dir() and not folder.exists()
            assert place.published()[folder.parent.name] == after
            place.go_on()


# What is left of the ledger's log when the power goes: each beginning of it, under the ledger as it was before.


@pytest.fixture(scope="module")
def unplugged(place: Place) -> Path:
    """The site after a night that ended just before its end, the ledger's log still beside it."""
    place.put_back()
    assert night_of(replace(place.order, act="stop before the end"), place.folder).code == -KILLED
    kept = place.folder / "unplugged"
    shutil.copytree(place.site.ledger.parent.parent, kept)
    return kept


def log_of(site: Path) -> Path:
    return site / "ledger" / "casefinder.db-wal"


def whole_transactions(place: Place, unplugged: Path) -> dict[int, str]:
    """The last row of each, with its hash: how the ledger may end, wherever the log is cut."""
    copied = shutil.copytree(unplugged / "ledger", place.folder / "whole") / "casefinder.db"
    before = connect(place.folder / "template" / "ledger" / "casefinder.db")
    con = connect(copied)
    begun = read_end(before)
    sql = """
        SELECT seq, hash FROM chain WHERE seq > ? AND (kind IN ('published', 'removed') OR
            seq = (SELECT MAX(seq) FROM chain WHERE kind = 'look'))
    """
    rows = con.execute(sql, [begun[0]])
    found = {seq: text for seq, text in (begun, *rows)}
    for each in (before, con):
        each.close()
    shutil.rmtree(copied.parent)
    return found


def cuts(log: bytes) -> list[int]:
    """At the end of every frame in a long run, of some otherwise; and at random bytes."""
    frame = 24 + int.from_bytes(log[8:12], "big")
    frames = range(32, len(log) + 1, frame)
    random = Random(SEED)
    return sorted({*random.sample(frames, min(CUTS, len(frames))), *random.sample(range(len(log)), CUTS // 2)})


def cut_ledger(unplugged: Path, at: int, folder: Path) -> Path:
    """The ledger with only so many bytes of its log."""
    shutil.rmtree(folder, ignore_errors=True)
    path = shutil.copytree(unplugged / "ledger", folder) / "casefinder.db"
    path.with_name("casefinder.db-shm").unlink(missing_ok=True)
    path.with_name("casefinder.db-wal").write_bytes(log_of(unplugged).read_bytes()[:at])
    return path


def set_head(path: Path, seq: int, text: str) -> None:
    head_file(path).write_text(json.dumps({"seq": seq, "hash": text}), encoding="utf-8")


def test_a_log_cut_anywhere_leaves_whole_transactions_and_the_night_can_be_run_again(
    place: Place, unplugged: Path
) -> None:
    whole = whole_transactions(place, unplugged)
    assert len(whole) == 1 + 1 + 2 + 6, "the night begun, two studies published, three old runs of each removed"
    found: dict[int, int] = {}
    for at in (0, *cuts(log_of(unplugged).read_bytes())):
        path = cut_ledger(unplugged, at, place.folder / "cut")
        con = connect(path)
        seq, text = read_end(con)
        con.close()
        assert whole[seq] == text
        set_head(path, seq, text)
        assert verify_ledger(path).head.seq == seq
        found.setdefault(seq, at)
    assert len(found) > 3
    for at in some(sorted(found.values()), 2):
        go_on_from(place, unplugged, at, whole)


def go_on_from(place: Place, unplugged: Path, at: int, whole: dict[int, str]) -> None:
    """The head was written after the log was on the disk, so it is that of this transaction or of the one before."""
    shutil.rmtree(place.folder / "site")
    shutil.copytree(unplugged, place.folder / "site")
    path = cut_ledger(unplugged, at, place.folder / "site" / "ledger")
    con = connect(path)
    seq, _ = read_end(con)
    con.close()
    behind = max((each for each in whole if each < seq), default=seq)
    set_head(path, behind, whole[behind])
    put_back_runs(place)
    take_back_proofs(place)
    place.go_on()


def put_back_runs(place: Place) -> None:
    """A run's folder is removed only when that is on the disk."""
    with open_ledger(place.site.ledger, TONIGHT) as ledger:
        for study in STUDIES:
            for run in published_runs(ledger, study):
                path = Path("output", "runs", study, run.folder)
                if not run.is_removed and run.day < TONIGHT and not (place.folder / "site" / path).exists():
                    shutil.copytree(place.folder / "template" / path, place.folder / "site" / path)


def take_back_proofs(place: Place) -> None:
    """A proof is whole only once its transaction is on the disk, and only then does the next study begin."""
    with open_ledger(place.site.ledger, TONIGHT) as ledger:
        known = {study: {run.folder for run in published_runs(ledger, study)} for study in STUDIES}
    lost = [
        path
        for study in STUDIES
        for path in sorted((place.site.output / "runs" / study).iterdir())
        if path.name not in known[study]
    ]
    for path in lost[:1]:
        RunPaths(path).proof.rename(RunPaths(path).first_proof)
        path.rename(ready_folder(path))
    for path in lost[1:]:
        shutil.rmtree(path)


def test_lists_that_the_ledger_lost_are_not_swept_away(place: Place, unplugged: Path) -> None:
    """A disk that lied about flushing, or an older copy put in the ledger's place: the head outside knows better."""
    shutil.rmtree(place.folder / "site")
    shutil.copytree(unplugged, place.folder / "site")
    cut_ledger(unplugged, 0, place.folder / "site" / "ledger")
    newest = [place.site.output / "runs" / study / TONIGHT.isoformat() for study in STUDIES]
    ended = night_of(place.order, place.folder)
    assert ended.code == 15 and "was cut short, or is an older copy" in ended.said[0]
    assert all(path.is_dir() for path in newest)
