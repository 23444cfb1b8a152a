"""What a folder of files is and what it can be used for: read once into a store that is thrown away."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from pipeline.casefinding.requirements import Loss, find_missing
from pipeline.codes.code_index import read_code_index
from pipeline.database import connect
from pipeline.errors import OutputError, UsageError
from pipeline.extracts.model import Extract
from pipeline.extracts.recognise import Recognised, recognise
from pipeline.files.publish import PARTIAL
from pipeline.people.practices import OLDEST_EXTRACT_DAYS, choose_practices, index_date
from pipeline.people.registration_sql import dead_sql, registered_sql
from pipeline.rules.check import CheckedRule, check_rule
from pipeline.rules.inheritance import shipped_folder
from pipeline.rules.load import load_rule
from pipeline.search.inputs import criteria_without_codes, resolve_rule
from pipeline.store.current_sql import live_sql
from pipeline.store.manifest import Applied
from pipeline.store.open import load_rows, open_store
from pipeline.store.source import Source, open_source

FIRST_RULE = "instep"


@dataclass(frozen=True)
class Look:
    """What was asked for. `rules`: the user's own, looked at before those shipped. `work`: where to put the store."""

    extract: Path
    rules: tuple[Path, ...] = ()
    codelists: Path | None = None
    work: Path | None = None
    memory: str = ""


@dataclass(frozen=True)
class PracticeSeen:
    """`registered`: regular patients now. `newest`: the day of its newest entry. `is_searched`: not too old."""

    practice_id: str
    name: str
    registered: int
    extract_date: date
    newest: date | None
    is_searched: bool


@dataclass(frozen=True)
class RuleSeen:
    """What a rule can do here. `name`: what a search is told. `silent`: criteria of which no code is in the extract."""

    name: str
    title: str
    missing: tuple[Loss, ...]
    silent: tuple[str, ...]

    @property
    def refused(self) -> tuple[Loss, ...]:
        return tuple(loss for loss in self.missing if loss.is_refused)

    @property
    def lessened(self) -> tuple[Loss, ...]:
        return tuple(loss for loss in self.missing if not loss.is_refused)


@dataclass(frozen=True)
class Inspected:
    look: Look
    extract: Extract
    recognised: Recognised
    deliveries: tuple[Applied, ...]
    practices: tuple[PracticeSeen, ...]
    rules: tuple[RuleSeen, ...]


def inspect(look: Look, progress: Callable[[str], None] = lambda _: None) -> Inspected:
    """Raises RuleError for a rule that cannot be run, and the reader's own refusal for a folder it cannot read."""
    rules = [(name, check_rule(load_rule(path), look.codelists)) for name, path in _rules(look)]
    with ExitStack() as stack:
        folder = stack.enter_context(_private_folder(look))
        con = stack.enter_context(connect(folder / "work", look.memory))
        source = Source(look.extract, memory=look.memory)
        store, manifest = stack.enter_context(open_source(source, folder, progress))
        progress("Looking at what it holds")
        opened = open_store(con, store, manifest)
        practices = tuple(_practices(con))
        seen = tuple(_rules_seen(con, rules, opened.extract))
        extract = load_rows(con, opened, ())
    return Inspected(look, extract, recognise(extract), manifest.applied, practices, seen)


def _rules(look: Look) -> Iterator[tuple[str, Path]]:
    """What a search is told, and the file: the user's own rules, InSTEP's, the others shipped."""
    yield from ((str(path), path) for path in look.rules)
    shipped = sorted(path for path in shipped_folder().glob("*.yaml") if "." not in path.stem)
    yield from ((path.stem, path) for path in sorted(shipped, key=lambda path: path.stem != FIRST_RULE))


@contextmanager
def _private_folder(look: Look) -> Iterator[Path]:
    """A folder of mode 0700 that is gone afterwards, whatever happens in between: patients' data lie in it."""
    place = (look.work or Path(tempfile.gettempdir())).resolve()
    if look.extract.resolve() in (place, *place.parents):
        raise UsageError("--work must name a folder outside the extract.")
    try:
        folder = Path(tempfile.mkdtemp(prefix=PARTIAL, dir=place))
    except OSError as error:
        raise OutputError(f"Cannot write in {place}: {error.strerror}. Give another folder with --work.") from None
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if folder.exists():
            raise OutputError(f"{folder} could not be removed, and patients' data are in it. Remove it.")


def _rules_seen(
    con: duckdb.DuckDBPyConnection, rules: Sequence[tuple[str, CheckedRule]], extract: Extract
) -> Iterator[RuleSeen]:
    """As a search of today would find them; only for counts, where nobody is named."""
    dictionary = read_code_index(con)
    for name, checked in rules:
        missing = find_missing(checked, extract, dictionary, is_past=False, writes_lists=not extract.nameless)
        silent = tuple(criteria_without_codes(resolve_rule(checked, dictionary)))
        yield RuleSeen(name, checked.loaded.rule.title, missing, silent)


_REGISTERED = f"""
    SELECT practice_id, count(*) FROM patient JOIN practice USING (practice_id)
    WHERE is_test = 0 AND {registered_sql("extract_date")} AND NOT ({dead_sql("extract_date")})
    GROUP BY practice_id
"""  # noqa: S608 -- our own words
# A row typed in or dated after the extract was made tells nothing of how new the extract is.
_NEWEST = """
    SELECT practice_id, max(day) FILTER (day <= extract_date) FROM (
        {rows}
    ) JOIN patient USING (person_row) JOIN practice USING (practice_id) GROUP BY practice_id
"""
_DAYS = "SELECT r.person_row, coalesce(r.recorded_on, r.date) AS day {live}"


def _practices(con: duckdb.DuckDBPyConnection) -> Iterator[PracticeSeen]:
    rows = " UNION ALL ".join(
        _DAYS.format(live=live_sql(table, f"kept_{table}")) for table in ("event", "prescription")
    )
    registered = dict(con.execute(_REGISTERED).fetchall())
    newest = dict(con.execute(_NEWEST.format(rows=rows)).fetchall())
    for each in choose_practices(con, index_date(con, None), OLDEST_EXTRACT_DAYS):
        day = newest.get(each.practice_id)
        yield PracticeSeen(
            each.practice_id,
            each.name,
            registered.get(each.practice_id, 0),
            each.extract_date,
            date.fromordinal(day) if day else None,
            each.is_searched,
        )
