"""What a site holds: every person in the ledger, every file of the newest lists, every name on the disk."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from zipfile import ZipFile

from pipeline.ledger.counts import count_states
from pipeline.ledger.listed import people_in
from pipeline.ledger.open import Ledger, open_ledger
from pipeline.ledger.published import PublishedRun, published_runs
from pipeline.ledger.study_code import read_code
from pipeline.ledger.verify import verify_ledger
from pipeline.ledger.vocabulary import STATES, WATCHED
from pipeline.night.page import PAGE
from pipeline.night.run_folders import folder_hash, ready_folder
from pipeline.night.settings import Site
from pipeline.runs.paths import DO_NOT_POST, RunPaths, study_folder

Who = tuple[str, str]  # practice and patient id
_LEDGER_ASIDE = ("-wal", "-shm", ".part")


@dataclass(frozen=True)
class StudyOutcome:
    """Of one study. `files`: those of the newest run, a person's record in place of their code number."""

    people: tuple[tuple[object, ...], ...]
    counts: Mapping[tuple[str, str | None], int]
    files: Mapping[str, bytes]
    kept: tuple[str, ...]  # the folders that stand
    removed: tuple[str, ...]
    codes: Mapping[Who, str] = field(repr=False)


def differences(one: StudyOutcome, other: StudyOutcome) -> list[object]:
    """What is not the same, short enough to be read. Code numbers drawn afresh are."""
    files = {name for name in {*one.files, *other.files} if one.files.get(name) != other.files.get(name)}
    people = set(one.people) ^ set(other.people)
    pairs = ((one.counts, other.counts), (one.kept, other.kept), (one.removed, other.removed))
    return [*sorted(files), *sorted(people, key=str), *(pair for pair in pairs if pair[0] != pair[1])]


def look(site: Site, day: date) -> dict[str, StudyOutcome]:
    """Everything that matters, study by study; the chain is verified, and the disk looked over, on the way."""
    assert verify_ledger(site.ledger).newer == 0
    with open_ledger(site.ledger, day) as ledger:
        found = {study.name: _look(ledger, site, study.name) for study in site.study}
    assert page_is_whole(site)
    return found


def _look(ledger: Ledger, site: Site, study: str) -> StudyOutcome:
    people = people_in(ledger, study, *STATES)
    codes = {one.registration.key: one.study_code for one in people}
    assert len(set(codes.values())) == len(people), "a code number for each person"
    assert all(read_code(code) == code for code in codes.values())
    runs = published_runs(ledger, study)
    folder = study_folder(site.output, study)
    kept = tuple(run.folder for run in runs if not run.is_removed)
    beside = {path.name for path in folder.iterdir() if not path.name.endswith(f".{DO_NOT_POST}")}
    assert beside == set(kept), (
        "the folders that the ledger names, and nothing but letters to check after a stopped night"
    )
    return StudyOutcome(
        people=tuple(sorted(_facts(one) for one in people)),
        counts=count_states(ledger, study),
        files=_read_all(folder / runs[-1].folder, runs[-1], codes),
        kept=kept,
        removed=tuple(run.folder for run in runs if run.is_removed),
        codes=codes,
    )


def _facts(one: object) -> tuple[object, ...]:
    who = one.registration  # type: ignore[attr-defined]
    sight = one.sight if one.state in WATCHED else None  # type: ignore[attr-defined]  # of no use to anyone afterwards
    facts = (one.state, one.reason, one.first_listed, one.is_new, sight)  # type: ignore[attr-defined]
    return (*who.key, who.nhs_number or "", who.date_of_birth, *map(str, facts))


def _read_all(folder: Path, run: PublishedRun, codes: Mapping[Who, str]) -> dict[str, bytes]:
    """Each file without what is drawn by chance, and what only says which run of the day it was."""
    assert folder_hash(folder) == run.fingerprint
    found: dict[str, bytes] = {}
    assert RunPaths(folder).proof.is_file() and not RunPaths(folder).first_proof.exists()
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path != RunPaths(folder).proof):
        name = path.relative_to(folder).as_posix()
        if path.suffix == ".xlsx":
            with ZipFile(path) as file:
                found |= {f"{name}/{one}": _without_chance(file.read(one), run, codes) for one in file.namelist()}
        else:
            found[name] = _without_chance(path.read_bytes(), run, codes)
    return found


def _without_chance(text: bytes, run: PublishedRun, codes: Mapping[Who, str]) -> bytes:
    for (practice, patient), code in codes.items():
        text = text.replace(code.encode(), f"code of {practice} {patient}".encode())
    text = re.sub(rb'"run": \d+', b'"run": N', text)
    return text.replace(run.folder.encode(), run.day.isoformat().encode())


def page_is_whole(site: Site) -> bool:
    """Whatever it says, it says it to the end."""
    return (site.output / PAGE).read_text(encoding="utf-8").rstrip().endswith("</html>")


def assert_lists_stand(site: Site, day: date) -> dict[str, list[PublishedRun]]:
    """Between a kill and the next night: whatever the ledger names is whole, and readers find it."""
    found = {}
    with open_ledger(site.ledger, day) as ledger:
        for study in site.study:
            runs = list(published_runs(ledger, study.name))
            for run in runs:
                path = study_folder(site.output, study.name) / run.folder
                path = path if path.exists() else ready_folder(path)
                assert run.is_removed or folder_hash(path) == run.fingerprint
            found[study.name] = runs
    assert verify_ledger(site.ledger).head.seq
    assert page_is_whole(site)
    return found


def names_on_disk(site: Site) -> set[str]:
    """Every path of the site but the run folders', for which the ledger answers, and SQLite's own."""
    root = site.output.parent
    paths = {path.relative_to(root).as_posix() for path in root.rglob("*")}
    return {name for name in paths if not re.match("output/runs/[^/]+/", name) and not name.endswith(_LEDGER_ASIDE)}
