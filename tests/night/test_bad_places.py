"""Full disks, folders that may not be written, clocks that are wrong: the lists stand, and the next night is right."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random

import pytest

from pipeline.errors import CasefinderError
from pipeline.night.request import NightRequest
from pipeline.night.run_night import run_night
from pipeline.night.settings import read_settings
from tests.effort import long, much, some
from tests.night.killing import Act, Ended, apart, night_of
from tests.night.place import Place, make_place
from tests.night.small import later
from tests.night.weeks import TONIGHT

POINTS = much(1, 60)  # of each kind of full disk
pytestmark = [long, pytest.mark.skipif(sys.platform == "win32", reason="forks")]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return make_place(tmp_path_factory.mktemp("bad"))


# Full


@pytest.mark.parametrize("act", ["full once", "full from then on"])
def test_a_full_disk(place: Place, act: Act) -> None:
    random = Random(act)
    for at in sorted(random.sample(range(1, touches_that_need_room(place) + 1), POINTS)):
        place.put_back()
        night = night_of(replace(place.order, act=act, at=at), place.folder)
        assert_refused(night)
        place.go_on()


@cache
def touches_that_need_room(place: Place) -> int:
    place.put_back()
    return night_of(replace(place.order, act="full once"), place.folder).touches


def assert_refused(night: Ended) -> None:
    """In words, with the exit code for what cannot be written; or what was refused did not matter."""
    assert night.code in (0, 14), night.said
    assert bool(night.said) == bool(night.code)
    assert not any("inside Casefinder" in said for said in night.said)


def test_a_ledger_that_cannot_grow(place: Place) -> None:
    for pages in some((0, 1, 2, 4), 2):
        place.put_back()
        night = night_of(replace(place.order, act="full ledger", at=pages), place.folder)
        assert night.code == 14 and "The disk that holds the ledger" in night.said[0]
        place.go_on()


@contextmanager
def disk_at(folder: Path) -> Iterator[None]:
    """A real one of its own, of which nothing is used yet."""
    words = ["mount", "-t", "tmpfs", "-o", "size=10m", "casefinder-test", str(folder)]
    if subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("may not mount a disk")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def used(disk: Path) -> int:
    """In bytes."""
    found = os.statvfs(disk)
    return (found.f_blocks - found.f_bfree) * found.f_frsize


def set_size(disk: Path, size: int) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", str(disk)], check=True)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may mount a disk")
def test_a_real_disk_that_is_full(place: Place) -> None:
    """With room for what is there in the output and so much besides; then with enough."""
    output, kept = place.site.output, place.folder / "template" / "output"
    refused = 0
    for nights in (1, 2):
        place.after(nights)  # nobody may put the site back while a disk is in it
    for more in (0, *some(range(20, 480, 20), 1)):
        place.put_back()
        shutil.rmtree(output)
        output.mkdir()
        with disk_at(output):
            shutil.copytree(kept, output, dirs_exist_ok=True)
            set_size(output, used(output) + more * 1024)
            night = night_of(place.order, place.folder)
            assert_refused(night)
            refused += night.code == 14
            set_size(output, 10_000_000)
            place.go_on()
    assert refused


# Read-only


def give_up_power() -> None:
    """Root may write anywhere, until it gives that up for good."""
    version_3, may_write_anywhere, may_read_anywhere = 0x20080522, 1 << 1, 1 << 2
    libc = ctypes.CDLL(None, use_errno=True)
    header, sets = (ctypes.c_uint32 * 2)(version_3, 0), (ctypes.c_uint32 * 6)()
    assert libc.capget(header, sets) == 0
    sets[0] &= ~(may_write_anywhere | may_read_anywhere)
    assert libc.capset(header, sets) == 0


def night_without_power(settings: Path, said: Path) -> None:
    give_up_power()
    try:
        result = run_night(NightRequest(site=read_settings(settings), today=TONIGHT))
        code, words = result.exit_code, [str(one.error) for one in result.failures]
    except CasefinderError as error:
        code, words = error.exit_code, [str(error)]
    said.write_text(json.dumps([code, 0, 0, words]), encoding="utf-8")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="powers are Linux's")
@pytest.mark.parametrize("shut", ["output", "output/runs/pain", "ledger", "."])
def test_a_folder_that_may_not_be_written(place: Place, shut: str) -> None:
    """Everything is right again once it may."""
    place.put_back()
    folder = place.folder / "site" / shut
    mode, said = folder.stat().st_mode, place.folder / "said.json"
    folder.chmod(0o500)
    apart(place.folder, night_without_power, place.order.settings, said)
    folder.chmod(mode)
    code, *_, words = json.loads(said.read_text(encoding="utf-8"))
    assert code == 14 and not any("inside Casefinder" in line for line in words), words
    place.go_on()


# The clock


def test_a_clock_set_back(place: Place) -> None:
    """By that clock the extract is from the future, so the night stops; the next one goes on as if nothing had been."""
    place.put_back()
    early = night_of(replace(place.order, day=later(3)), place.folder)
    assert early.code == 11 and "after today" in early.said[0]
    place.go_on()
