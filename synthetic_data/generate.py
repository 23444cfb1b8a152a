"""Writes a synthetic extract, chunk by chunk: the same arguments give the same bytes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO

import numpy as np

from pipeline.errors import CasefinderError, OutputError
from synthetic_data.arrays import Rng
from synthetic_data.files import open_private
from synthetic_data.order import HIGHEST_SHARE, MOST_DELTAS, Deltas, Order, draw_agreement
from synthetic_data.population import rates
from synthetic_data.population.chunk import Chunk, Writer
from synthetic_data.population.faults import spoil_events, spoil_issues
from synthetic_data.population.hard_cases import plant_hard_cases
from synthetic_data.population.keys import draw_keys
from synthetic_data.population.people import draw_people
from synthetic_data.population.practices import MOST_PRACTICES, Practices, draw_practices
from synthetic_data.population.prescriptions import draw_issues
from synthetic_data.population.record import draw_events
from synthetic_data.population.referee import find_qualifying
from synthetic_data.population.registrations import draw_registrations, split_records
from synthetic_data.population.truth import HEADER, find_eligible, write_truth
from synthetic_data.writers import WRITERS

MOST_PATIENTS = 50_000_000  # there are NHS numbers for this many synthetic people, and some to spare
TRUTH = "truth.csv"


class RequestError(CasefinderError):
    """What was asked for makes no sense: a matter of usage."""

    exit_code = 2


@dataclass(frozen=True)
class Counts:
    """How much was written. `patients` are registrations, of fewer `people`; `events` and `issues` are rows."""

    patients: int = 0
    people: int = 0
    events: int = 0
    issues: int = 0
    without_nhs_number: int = 0  # registrations
    eligible: int = 0  # people
    qualifying: int = 0  # registrations with record_qualifies, each another person
    qualifying_in_work: int = 0
    qualifying_eligible: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, name) + getattr(other, name) for name in Counts.__dataclass_fields__))


@dataclass(frozen=True)
class Summary:
    folder: Path
    practices: int
    counts: Counts


@dataclass(frozen=True)
class _Run:
    """What every chunk of one extract shares."""

    seed: int
    extract_date: date
    practices: Practices
    write: Writer
    truth: BinaryIO


def generate(
    format: str,
    patients: int,
    practices: int,
    seed: int,
    out: Path,
    extract_date: date = date(2026, 11, 20),
    progress: Callable[[str], None] | None = None,
    deltas: Deltas | None = None,
) -> Summary:
    """Writes an extract of `patients` registrations, and truth.csv beside it, into the new or empty folder `out`.

    With `deltas`, folders bulk and deltas, which lead to that extract, and the extract itself in the folder final.
    Raises RequestError for an unknown format or a number that makes no sense, OutputError where `out` cannot be used.
    """
    check_arguments(format, patients, practices, seed)
    if deltas:
        check_deltas(format, deltas)
    prepare_folder(out)
    total = Counts()
    with ExitStack() as stack:
        run = begin(stack, format, out, practices, seed, extract_date, deltas)
        for chunk, first in enumerate(range(0, patients, rates.CHUNK)):
            total += write_chunk(run, chunk, min(rates.CHUNK, patients - first))
            if progress:
                progress(f"{total.patients:,} of {patients:,} patients written")
    return Summary(out, practices, total)


def check_arguments(format: str, patients: int, practices: int, seed: int) -> None:
    if format not in WRITERS:
        raise RequestError(f"The format must be one of: {', '.join(WRITERS)}.")
    if not 1 <= patients <= MOST_PATIENTS:
        raise RequestError(f"the number of patients must lie between 1 and {MOST_PATIENTS:,}")
    if not 1 <= practices <= MOST_PRACTICES:
        raise RequestError(f"the number of practices must lie between 1 and {MOST_PRACTICES:,}")
    if seed < 0:
        raise RequestError("the seed must be 0 or more")


def check_deltas(format: str, deltas: Deltas) -> None:
    if not WRITERS[format].has_deltas:
        have = " or ".join(each.key for each in WRITERS.values() if each.has_deltas)
        raise RequestError(f"only the format {have} has deltas")
    if not 1 <= deltas.count <= MOST_DELTAS:
        raise RequestError(f"the number of deltas must lie between 1 and {MOST_DELTAS}")
    if not 0 < deltas.share <= HIGHEST_SHARE:
        raise RequestError(f"The share of rows that change each night must be above 0 and at most {HIGHEST_SHARE}.")


def prepare_folder(out: Path) -> None:
    """Makes the folder, mode 0700; refuses one that holds anything."""
    try:
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
        used = any(out.iterdir())
        out.chmod(0o700)
    except OSError:
        raise OutputError(f"cannot write to {out}: choose a folder that you may create or change") from None
    if used:
        raise OutputError(f"{out} is not empty: choose a new folder, or empty this one first")


def begin(
    stack: ExitStack, format: str, out: Path, practices: int, seed: int, extract_date: date, deltas: Deltas | None
) -> _Run:
    """Starts the files and writes what is not about patients. Its random stream is the seed's number 0."""
    rng = np.random.default_rng([seed, 0])
    agreement = draw_agreement(rng)
    drawn = draw_practices(rng, practices)
    write = WRITERS[format].start(Order(out, drawn, extract_date, rng, seed, agreement, deltas))
    truth = stack.enter_context(open_private((out / "final" if deltas and deltas.final else out) / TRUTH))
    truth.write(",".join(HEADER).encode() + b"\r\n")
    return _Run(seed, extract_date, drawn, write, truth)


def draw_chunk(rng: Rng, chunk: int, size: int, first: int, practices: Practices, extract_date: date) -> Chunk:
    """`size` registrations and all their rows. `chunk` counts from 0; `first`: the number of its first registration."""
    today = extract_date.toordinal()
    moved = round(size * rates.MOVED) if len(practices) > 1 else 0
    people = draw_people(rng, size - moved, today)
    registrations = draw_registrations(rng, people, size, practices.sizes, chunk)
    events = spoil_events(rng, split_records(draw_events(rng, people), registrations), registrations, today)
    issues = spoil_issues(rng, split_records(draw_issues(rng, people), registrations), registrations, today)
    registrations, events, issues = plant_hard_cases(rng, registrations, events, issues, extract_date)
    keys = draw_keys(rng, registrations, first)
    return Chunk(1 + chunk, rng, people, registrations, events, issues, keys, practices, extract_date)


def write_chunk(run: _Run, chunk: int, size: int) -> Counts:
    """`size` registrations and all their rows. The chunk's random stream depends on seed and chunk alone."""
    first = 1 + chunk * rates.CHUNK
    drawn = draw_chunk(
        np.random.default_rng([run.seed, 1 + chunk]), chunk, size, first, run.practices, run.extract_date
    )
    people, registrations, events, issues = drawn.people, drawn.registrations, drawn.events, drawn.issues
    run.write(drawn)
    qualifies = find_qualifying(registrations, events, issues, run.extract_date)
    write_truth(run.truth, people, registrations, drawn.keys, run.practices, qualifies, first)
    eligible = find_eligible(people, registrations)
    listed = registrations.person[qualifies]
    return Counts(
        patients=size,
        people=len(people),
        events=len(events),
        issues=len(issues),
        without_nhs_number=int((registrations.nhs_number == 0).sum()),
        eligible=int(eligible.sum()),
        qualifying=len(listed),
        qualifying_in_work=int(people.in_work[listed].sum()),
        qualifying_eligible=int(eligible[listed].sum()),
    )
