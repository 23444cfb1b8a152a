"""One study's night: test the rule, search, tell the ledger, and publish the lists in the ledger's transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

from pipeline.casefinding.find import Found, Question, find
from pipeline.database import connect
from pipeline.errors import RuleTestError, UsageError
from pipeline.files.private import private_folder
from pipeline.files.publish import finish, unfinished
from pipeline.ledger.listed import watched_people
from pipeline.ledger.open import Ledger
from pipeline.ledger.published import Published, published_runs
from pipeline.ledger.record_run import Night, Run, record_run
from pipeline.lists.row import Candidate
from pipeline.night.earlier_people import watch
from pipeline.night.list_rows import DROPPED_COLUMNS, WHO_IS_LISTED, dropped_rows, night_lists
from pipeline.night.outcomes import Told, tell
from pipeline.night.reconcile import check_ledger, check_lists, check_search
from pipeline.night.run_folders import fingerprint, free_name, remove_pages, runs_folder
from pipeline.night.settings import Site, StudySettings
from pipeline.night.summary import StudyNight, describe_night, write_account
from pipeline.quality.gate import QualityRequest
from pipeline.quality.gate import fingerprint as rule_fingerprint
from pipeline.quality.previous import Previous, read_previous
from pipeline.rules.check import CheckedRule, check_rule
from pipeline.rules.load import load_rule
from pipeline.runs.write import (
    LISTS,
    WORK,
    describe_found,
    write_counts,
    write_lists,
    write_manifest,
    write_record,
    write_rows,
)
from pipeline.search.example_patients import first_difference, load_beside, run_invented
from pipeline.store.source import Source, open_source

DROPPED = "dropped-out.csv"


@dataclass(frozen=True)
class Tonight:
    """What a night is run with. `despite_quality`: go on whatever the quality check finds."""

    site: Site
    ledger: Ledger
    today: date
    despite_quality: bool = False
    progress: Callable[[str], None] = lambda _: None


def run_study(tonight: Tonight, study: StudySettings) -> StudyNight:
    """Search for one study, and publish. Raises CasefinderError: then the last list stands."""
    remove_pages(tonight.site.output, study.name)
    tonight.progress(f"{study.name}: testing the rule")
    checked = check_rule(load_rule(study.rule), study.codelists)
    _test(checked)
    output = tonight.site.output
    out = runs_folder(output, study.name) / free_name(tonight.ledger, output, study.name, tonight.today)
    with unfinished(out) as folder:
        found, told, manifest = _search(tonight, study, checked, out, folder)
        check_search(found, told)
        publish = partial(_publish, tonight, study, found, told, manifest, folder, out)
        outcomes = [one.outcome for one in told]
        night = record_run(tonight.ledger, _run(study, found), outcomes, tonight.today, publish)
    return describe_night(study.name, out, found, told, night)


def _test(checked: CheckedRule) -> None:
    """Before real people are searched: the invented ones, whose answers were worked out by hand."""
    differences = run_invented(checked, load_beside(checked))
    if differences:
        raise RuleTestError(first_difference(checked, differences))


def _search(
    tonight: Tonight, study: StudySettings, checked: CheckedRule, out: Path, folder: Path
) -> tuple[Found, tuple[Told, ...], dict[str, object]]:
    site = tonight.site
    previous, unread = _previous(tonight, study.name)
    request = QualityRequest(rules=(checked,), previous=previous, today=tonight.today, despite=tonight.despite_quality)
    question = Question(
        checked, request, out, oldest_extract_days=site.oldest_extract_days, accept_missing=study.accept_missing
    )
    people = watched_people(tonight.ledger, study.name)
    source = Source(site.store, is_store=True, memory=site.memory)
    with connect(folder / WORK, site.memory) as con, open_source(source, folder / WORK) as (store, kept):
        progress = partial(_say, tonight.progress, study.name)
        found = find(con, store, kept, question, progress, lambda con: watch(con, people))
        found = replace(found, warnings=[*unread, *found.warnings])
        told = tell(con, found)
        write_counts(con, folder, found)
        write_record(con, folder, found)
        manifest = describe_found(con, found)
    return found, told, manifest


def _say(progress: Callable[[str], None], study: str, what: str) -> None:
    progress(f"{study}: {what[0].lower()}{what[1:]}")


def _previous(tonight: Tonight, study: str) -> tuple[Previous | None, list[str]]:
    """The counts of the last run that was published; where somebody changed them or took them away, a warning."""
    runs = published_runs(tonight.ledger, study)
    if not runs:
        return None, []
    try:
        return read_previous(runs_folder(tonight.site.output, study) / runs[-1].folder), []
    except UsageError:
        return None, [f"This run was not compared with the last one, {runs[-1].folder}: its counts cannot be read."]


def _run(study: StudySettings, found: Found) -> Run:
    rule = found.checked.loaded.rule
    days = {one.practice_id: one.extract_date for one in found.practices if one.is_searched}
    return Run(study.name, rule.rule, rule.version, rule_fingerprint(found.checked), found.plan.index, days)


def _publish(
    tonight: Tonight, study: StudySettings, found: Found, told: Sequence[Told], manifest: dict[str, object],
    folder: Path, out: Path, night: Night,
) -> Published:  # fmt: skip
    """Everything that needs the ledger's answer; then the folder's name. Anything that fails undoes the night."""
    tonight.progress(f"{study.name}: writing the lists")
    lists = night_lists(found, told, night.listed)
    _write(folder, found, lists, night)
    write_manifest(folder, found, manifest, lists)
    write_account(folder, describe_night(study.name, out, found, told, night))
    check_ledger(tonight.ledger, study.name, told, night)
    check_lists(folder / LISTS, lists, night)
    found_fingerprint = fingerprint(folder)
    finish(folder, out)
    return Published(out.name, found_fingerprint)


def _write(folder: Path, found: Found, lists: Mapping[str, Sequence[Candidate]], night: Night) -> None:
    write_lists(folder, found, lists, WHO_IS_LISTED)
    for practice, rows in dropped_rows(night.dropped).items():
        where = private_folder(folder / LISTS / practice)
        write_rows(where / DROPPED, DROPPED_COLUMNS, rows)
