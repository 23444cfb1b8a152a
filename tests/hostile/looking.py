"""Opens a folder, reads it, searches it, and says what came of it: whom it lists, what was said, or a clear error.

Anything but an error of ours goes through and fails the test: a traceback is never an answer.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb

from pipeline.casefinding.impossible_days import say_impossible_days
from pipeline.casefinding.warnings import find_warnings
from pipeline.codes.code_index import read_code_index
from pipeline.database import connect
from pipeline.errors import CasefinderError
from pipeline.extracts.model import Extract
from pipeline.files.private import private_folder
from pipeline.people.own_registration import patient_records, settle
from pipeline.people.searched_practices import OLDEST_EXTRACT_DAYS, choose_practices, index_date
from pipeline.rules.check import CheckedRule, check_rule
from pipeline.rules.load import load_rule
from pipeline.search.engine import DuckDbEngine
from pipeline.search.inputs import resolve_rule
from pipeline.search.run import found_people, search
from pipeline.store.apply import Settings, build_store
from pipeline.store.manifest import Manifest
from pipeline.store.open import load_rows, open_store
from pipeline.store.source import Source, open_source
from tests.hostile.folders import Files
from tests.hostile.people import CANARIES, LISTS, PEOPLE, RULE

MEMORY = Settings("1GB")
SECRETS = (*CANARIES, *(person.nhs_number for person in PEOPLE))
Listed = frozenset[tuple[str, ...]]  # practice, the supplier's key, NHS number, surname


@dataclass(frozen=True)
class Seen:
    """`error` empty: it could be read. `said`: everything a user is told of what was lost or doubtful."""

    error: str
    listed: Listed = frozenset()
    warnings: tuple[str, ...] = ()
    rejects: tuple[tuple[str, int | None, str], ...] = ()
    left_out: tuple[tuple[str, int], ...] = ()
    gaps: tuple[str, ...] = ()
    books: tuple[str, ...] = ()  # files whose rows, rejects and breaks do not add up to their lines

    def says_more_than(self, other: Seen) -> bool:
        """Whether anything is named that was not: a warning, a reject, a lack, or more rows left out for a reason."""
        others = dict(other.left_out)
        return (
            not {*self.warnings} <= {*other.warnings}
            or not {*self.rejects} <= {*other.rejects}
            or not {*self.gaps} <= {*other.gaps}
            or any(count > others.get(reason, 0) for reason, count in self.left_out)
        )

    @property
    def text(self) -> str:
        return " ".join(map(str, (self.error, self.warnings, self.rejects, self.left_out, self.gaps)))


def write_files(folder: Path, files: Files) -> Path:
    folder.mkdir()
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


@contextmanager
def room() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="hostile-") as name:
        yield Path(name).resolve()


def look(files: Files) -> Seen:
    """Of a folder of these files. Asserts that nothing is written outside, and that nobody is named."""
    with room() as base:
        return look_at(write_files(base / "in", files), base / "out")


def look_at(folder: Path, out: Path) -> Seen:
    """Of a folder; `out` is made, and removed. Errors that are not ours pass through."""
    before = _paths(out.parent)
    private_folder(out)
    try:
        seen = _look(folder, out)
    except CasefinderError as error:
        seen = Seen(str(error) or "(said nothing)")
    finally:
        shutil.rmtree(out)
    assert _paths(out.parent) == before, "something was written outside the output folder, or changed in the extract"
    assert_discreet(seen.text, out.parent)
    assert seen.books == ()
    return seen


def assert_discreet(text: str, base: Path) -> None:
    """No patient in what is said, and no path but those that were given."""
    assert [secret for secret in SECRETS if secret.lower() in text.lower()] == []
    paths = re.findall(r"(?<![\w.)>])/[\w.-]+(?:/[\w.-]+)+", text)
    assert [path for path in paths if not path.startswith(str(base))] == []


def _paths(folder: Path) -> dict[Path, int]:
    return {path: path.lstat().st_size for path in folder.rglob("*") if not path.is_dir() or path.is_symlink()}


def _look(folder: Path, out: Path) -> Seen:
    store = private_folder(out / "store")
    return look_in_store(store, build_store(folder, store, MEMORY), out)


def look_in_kept(store: Path, out: Path) -> Seen:
    """Whom the rule lists in a store that somebody else may have changed, opened as `casefinder search` opens it."""
    with open_source(Source(store, is_store=True), out) as (folder, manifest):
        return look_in_store(folder, manifest, out)


def look_in_store(store: Path, manifest: Manifest, out: Path) -> Seen:
    """Whom the rule lists in a store that is ours."""
    with connect(out / "work", MEMORY.memory) as con:
        opened = open_store(con, store, manifest)
        resolved = resolve_rule(rule(), read_code_index(con))
        uses = [use for one in resolved for use in one.uses()]
        extract = load_rows(con, opened, {use.code_id for use in uses})
        index = index_date(con, None)
        practices = choose_practices(con, index, OLDEST_EXTRACT_DAYS)
        searched = [one.practice_id for one in practices if one.is_searched]
        plan = search(DuckDbEngine(con), rule().loaded.rule, index, uses, searched)
        people = set(found_people(DuckDbEngine(con), plan))
        records = patient_records(con, plan.index.toordinal(), sorted(people))
        settled = settle([each for each in records if each.person_row in people], records)
        listed = [person for person, one in settled.items() if one.placement == "listed"]
        warnings = find_warnings(practices, extract, rule(), resolved)
        days = say_impossible_days(DuckDbEngine(con), plan)
        return _seen(con, extract, listed, (*extract.warnings, *days, *warnings))


def _seen(con: duckdb.DuckDBPyConnection, extract: Extract, listed: list[int], warnings: tuple[str, ...]) -> Seen:
    who = con.execute(
        "SELECT practice_id, patient_id, coalesce(nhs_number, ''), coalesce(surname, '') FROM patient "
        "WHERE person_row IN (SELECT unnest(?))",
        [listed],
    ).fetchall()
    rejects = con.execute("SELECT file, line, reason FROM reject ORDER BY ALL").fetchall()
    sums = {file.name: file.lines - file.rows - file.rejected - file.breaks for file in extract.files if file.lines}
    return Seen(
        "",
        frozenset(who),
        warnings,
        tuple(rejects),
        tuple(extract.left_out.items()),
        tuple(gap.text for gap in extract.gaps),
        tuple(name for name, header in sums.items() if header not in (0, 1)),
    )


@cache
def rule() -> CheckedRule:
    with room() as folder:
        for name, (rows, roles) in LISTS.items():
            (folder / f"{name}.csv").write_text(rows, encoding="utf-8")
            (folder / f"{name}.yaml").write_text(f"title: {name}\nversion: '1'\n{roles}\n", encoding="utf-8")
        (folder / "hostile.yaml").write_text(RULE, encoding="utf-8")
        return check_rule(load_rule(folder / "hostile.yaml"), folder)
