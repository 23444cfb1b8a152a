"""A night that is not alone: another night, one that was killed and left its lock, somebody deciding all the while."""

from __future__ import annotations

import os
import signal
import sys
import time
from dataclasses import replace
from datetime import date
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from pipeline.ledger.letters import refuse_unlisted
from pipeline.ledger.listed import people_in
from pipeline.ledger.open import connect, open_ledger
from pipeline.ledger.registration import Registration
from pipeline.ledger.review import decide, take_back
from pipeline.night.one_at_a_time import LOCK
from tests.effort import long, much
from tests.night.killing import KILLED, doing, ended, night_of, started
from tests.night.outcome import differences, look
from tests.night.place import Place, make_place
from tests.night.weeks import TONIGHT

LONGEST_WAIT = 10.0  # seconds, on a machine busy with other tests
pytestmark = [long, pytest.mark.skipif(not sys.platform.startswith("linux"), reason="pauses processes")]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return make_place(tmp_path_factory.mktemp("crowded"))


def test_a_lock_left_behind_by_a_killed_night(place: Place) -> None:
    place.put_back()
    assert night_of(replace(place.order, at=40, act="die"), place.folder).code == -KILLED
    assert (place.site.output / LOCK).exists()
    place.go_on()


def test_a_night_while_another_lives(place: Place) -> None:
    place.put_back()
    told, other = place.folder / "first.json", place.folder / "second"
    other.mkdir(exist_ok=True)
    first = started(replace(place.order, at=200, act="pause"), told)
    wait_until_paused(first)
    before = everything(place)
    second = night_of(place.order, other)
    assert (second.code, len(second.said)) == (13, 1)
    assert everything(place) == before, "nothing was changed"
    os.kill(first.pid or 0, signal.SIGCONT)
    assert ended(first, told).code == 0
    place.assert_as_after(dict.fromkeys(place.codes, 0))


def wait_until_paused(process: BaseProcess) -> None:
    state = Path(f"/proc/{process.pid}/stat")
    while " T " not in state.read_text():
        assert process.is_alive()
        time.sleep(0.01)


def everything(place: Place) -> dict[str, tuple[int, int]]:
    paths = (place.folder / "site").rglob("*")
    return {str(path): (path.stat().st_mtime_ns, path.stat().st_size) for path in paths if path.name != LOCK}


def test_two_nights_at_once(place: Place) -> None:
    for _ in range(much(1, 20)):
        place.put_back()
        told = [place.folder / "one.json", place.folder / "two.json"]
        nights = [started(place.order, path) for path in told]
        codes = sorted(ended(night, path).code for night, path in zip(nights, told, strict=True))
        assert codes in ([0, 13], [0, 0])
        place.assert_as_after(dict.fromkeys(place.codes, codes.count(0) - 1))


BUSY = "16"  # the patient somebody cannot make up their mind about


def decide_all_night(ledger_file: Path, said: Path, stop: Path) -> None:
    """As somebody at the review page would; says how much was recorded, and the longest wait."""
    longest, recorded, day = 0.0, 0, TONIGHT
    with open_ledger(ledger_file, day) as ledger:
        (code,) = (
            one.study_code for one in people_in(ledger, "pain", "for_review") if one.registration.patient_id == BUSY
        )
        while not stop.exists():
            began = time.monotonic()
            if recorded % 3 == 0:
                decide(ledger, "pain", code, "later", day, "page")
            elif recorded % 3 == 1:
                take_back(ledger, "pain", code, day, "page")
            else:
                refuse_unlisted(ledger, stranger(recorded), "pain", "study", day)
            longest, recorded = max(longest, time.monotonic() - began), recorded + 1
    said.write_text(f"{recorded} {longest}", encoding="utf-8")


def stranger(number: int) -> Registration:
    return Registration("C83003", str(number), None, date(1980, 1, 1))


def test_decisions_while_the_night_runs(place: Place) -> None:
    """Neither loses a row, and neither waits long."""
    place.put_back()
    said, stop = place.folder / "said.txt", place.folder / "stop"
    stop.unlink(missing_ok=True)
    page = doing(place.folder, decide_all_night, place.site.ledger, said, stop)
    night = night_of(place.order, place.folder)
    stop.touch()
    page.join(60)
    assert (page.exitcode, night.code) == (0, 0), night.said
    recorded, longest = said.read_text().split()
    con = connect(place.site.ledger)
    sql = "SELECT SUM(who = 'page'), SUM(kind = 'mark' AND day = ? AND study = 'pain') FROM chain"
    decisions, marks = con.execute(sql, [TONIGHT.isoformat()]).fetchone()
    con.close()
    assert decisions == int(recorded) - int(recorded) // 3
    assert marks >= int(recorded) // 3
    assert float(longest) < LONGEST_WAIT
    found, undisturbed = look(place.site, TONIGHT), place.after(1).studies
    assert differences(found["other"], undisturbed["other"]) == []
    assert others(found["pain"].people) == others(undisturbed["pain"].people)


def others(people: tuple[tuple[object, ...], ...]) -> list[tuple[object, ...]]:
    return [one for one in people if one[1] != BUSY]
