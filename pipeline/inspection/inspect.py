"""Reads a folder of files once, into a store that is thrown away, to say what it is and what it can be used for."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.casefinding.american_medicines import say_american
from pipeline.codes.code_index import read_code_index
from pipeline.database import connect
from pipeline.errors import OutputError, UsageError
from pipeline.extracts.model import Extract
from pipeline.extracts.recognise import Recognised, recognise
from pipeline.files.publish import PARTIAL
from pipeline.inspection.practices import PracticeSummary, summarise_practices
from pipeline.inspection.rules import RuleVerdict, check_rules, codes_for_assumed, judge_rules
from pipeline.store.manifest import Applied
from pipeline.store.open import load_rows, open_store
from pipeline.store.source import Source, open_source


@dataclass(frozen=True, kw_only=True)
class InspectionOptions:
    """`rules`: the user's own, which come before the shipped ones. `work`: where to put temporary files."""

    extract: Path
    rules: tuple[Path, ...] = ()
    codelists: Path | None = None
    work: Path | None = None
    memory: str = ""


@dataclass(frozen=True, kw_only=True)
class Inspection:
    """What an inspection found. Nothing in it is about one patient. `names`: of American medicines, as a warning."""

    options: InspectionOptions
    extract: Extract
    recognised: Recognised
    deliveries: tuple[Applied, ...]
    practices: tuple[PracticeSummary, ...]
    rules: tuple[RuleVerdict, ...]
    names: tuple[str, ...]

    @property
    def warnings(self) -> tuple[str, ...]:
        return (*self.extract.warnings, *self.names)


def inspect(options: InspectionOptions, progress: Callable[[str], None] = lambda _: None) -> Inspection:
    """Raises RuleError for a rule that cannot be run, and the reader's own refusal for a folder it cannot read."""
    rules = check_rules(options.rules, options.codelists)
    with ExitStack() as stack:
        folder = stack.enter_context(_temporary_folder(options))
        con = stack.enter_context(connect(folder / "work", options.memory))
        source = Source(options.extract, memory=options.memory)
        store, manifest = stack.enter_context(open_source(source, folder, progress))
        progress("Looking at what it holds")
        opened = open_store(con, store, manifest)
        practices = tuple(summarise_practices(con))
        dictionary = read_code_index(con)
        extract = load_rows(con, opened, codes_for_assumed(dictionary, rules))
        verdicts = tuple(judge_rules(con, dictionary, rules, opened.extract))
    return Inspection(
        options=options,
        extract=extract,
        recognised=recognise(extract),
        deliveries=manifest.applied,
        practices=practices,
        rules=verdicts,
        names=(f"{say_american(dictionary)}.",) if dictionary.american else (),
    )


@contextmanager
def _temporary_folder(options: InspectionOptions) -> Iterator[Path]:
    """A folder of mode 0700 that is gone afterwards, whatever happens in between: it holds patients' data."""
    place = (options.work or Path(tempfile.gettempdir())).resolve()
    if options.extract.resolve() in (place, *place.parents):
        raise UsageError("Give a folder outside the extract with --work.")
    try:
        folder = Path(tempfile.mkdtemp(prefix=PARTIAL, dir=place))
    except OSError as error:
        raise OutputError(f"Cannot write in {place}: {error.strerror}. Give another folder with --work.") from None
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if folder.exists():
            raise OutputError(f"{folder} could not be removed, and it holds patients' data. Remove it by hand.")
