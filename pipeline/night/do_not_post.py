"""Which letters that were exported must not be posted: a file for each practice, and a note on the page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pipeline.files.private import private_folder
from pipeline.ledger.do_not_post import UNCHECKED, DoNotPost
from pipeline.night.stopped_study import Stopped
from pipeline.runs.paths import RunPaths
from pipeline.runs.write import write_rows

COLUMNS = ("study_code", "because")
_WHY = "the people have died, moved away, said no, been excluded, or are no longer in the extract"


def write_by_practice(run: RunPaths, letters: Iterable[DoNotPost]) -> None:
    """Next to the list of each practice that has any."""
    for practice, own in _by_practice(letters).items():
        private_folder(run.practice(practice))
        write_rows(run.do_not_post(practice), COLUMNS, [(one.study_code, one.because) for one in own])


def write_all(path: Path, letters: Iterable[DoNotPost]) -> None:
    """Beside the runs: a study that was not searched has no run folder of its own."""
    rows = [(one.practice_id, one.study_code, one.because) for one in letters]
    private_folder(path.parent)
    write_rows(path, ("practice", *COLUMNS), sorted(rows))


def _by_practice(letters: Iterable[DoNotPost]) -> dict[str, list[DoNotPost]]:
    found: dict[str, list[DoNotPost]] = defaultdict(list)
    for one in letters:
        found[one.practice_id].append(one)
    return dict(sorted(found.items()))


def say_letters(study: str, output: Path, run: RunPaths, letters: Sequence[DoNotPost]) -> Iterator[str]:
    """For the page, after a study was searched."""
    for practice, own in _by_practice(letters).items():
        yield (
            f"{study}: {_letters(len(own))} exported for practice {practice}, but must not be posted: {_WHY}. Take out "
            f"the envelopes. Their study code numbers are in {_place(output, run.do_not_post(practice))}."
        )


def say_stopped(study: str, output: Path, path: Path, stopped: Stopped) -> Iterator[str]:
    """For the page, after a study was not searched."""
    yield (
        f"{study}: something new was delivered, but the study was not searched. No letters can be exported until it "
        "has been, because no one knows who has been excluded."
    )
    if stopped.error:
        yield f"{study}: deaths and departures could not be looked up in the new delivery. {stopped.error}"
    bad = sum(one.because != UNCHECKED for one in stopped.letters)
    if stopped.letters:
        yield (
            f"{study}: {_letters(len(stopped.letters))} exported, but not recorded as posted. {bad:,} must not be "
            "posted, and no one has checked the others. Check each before you post it. Their study code numbers are in "
            f"{_place(output, path)}."
        )


def _letters(number: int) -> str:
    return "1 letter was" if number == 1 else f"{number:,} letters were"


def _place(output: Path, path: Path) -> str:
    return path.resolve().relative_to(output.resolve()).as_posix()
