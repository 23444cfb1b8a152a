"""One study's night: test the rule, search, report to the ledger, and publish the lists in its transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from pipeline.casefinding.find import find
from pipeline.casefinding.options import Progress, SearchInputs, SearchOptions, read_inputs
from pipeline.database import connect
from pipeline.errors import RuleTestError, UsageError
from pipeline.files.publish import finish, unfinished
from pipeline.ledger.listed import watched_people, written_to
from pipeline.ledger.open import Ledger
from pipeline.ledger.other_studies import load_other_studies
from pipeline.ledger.published import published_runs
from pipeline.ledger.record_run import Run, record_run
from pipeline.night.earlier_people import watch
from pipeline.night.older_extract import refuse_older
from pipeline.night.other_studies import find_ended, known_studies, refuse_renamed
from pipeline.night.outcomes import report_records
from pipeline.night.publish import Unpublished, publish
from pipeline.night.reconcile import check_search
from pipeline.night.request import NightRequest
from pipeline.night.rule_version import count_changes, last_rule, refuse_changed
from pipeline.night.run_folders import free_name, ready_folder, remove_pages
from pipeline.night.settings import StudySettings
from pipeline.night.stopped_study import store_hash
from pipeline.night.summary import StudyNight
from pipeline.quality.previous import Previous, read_previous
from pipeline.rules.check import CheckedRule
from pipeline.rules.fingerprint import rule_fingerprint, rule_parts
from pipeline.runs.manifest import describe_run
from pipeline.runs.paths import RunPaths, study_folder
from pipeline.runs.record import write_record
from pipeline.runs.write import write_counts
from pipeline.search.example_patients import first_difference, load_beside, patients_path, run_invented
from pipeline.store.source import Source, open_source


def run_study(request: NightRequest, ledger: Ledger, study: StudySettings) -> StudyNight:
    """Search for one study, and publish. Raises CasefinderError: then the last list stands."""
    remove_pages(request.site.output, study.name)
    request.progress(f"{study.name}: testing the rule")
    inputs = read_inputs(_options(request, ledger, study))
    _test(inputs.checked)
    parts = rule_parts(inputs.checked, patients_path(inputs.checked))
    refuse_changed(ledger, study.name, inputs.checked, parts)
    before = last_rule(ledger, study.name, inputs.checked)
    with unfinished(inputs.options.out) as folder:
        search = _search(request, ledger, study, inputs, RunPaths(folder))
        check_search(search.result, search.reported)
        run = _describe(study, search, parts)
        refuse_older(ledger, run.practices)
        refuse_renamed(ledger, request.site, study, run.rule, run.practices)
        request.progress(f"{study.name}: writing the lists")
        outcomes = [one.outcome for one in search.reported]
        recorded = record_run(ledger, run, outcomes, request.today, partial(publish, ledger, search))
    finish(ready_folder(search.out), search.out)
    new_version = count_changes(before, inputs.checked, recorded)
    return replace(search.night(recorded), new_version=new_version, do_not_post=recorded.do_not_post)


def _options(request: NightRequest, ledger: Ledger, study: StudySettings) -> SearchOptions:
    site = request.site
    return SearchOptions(
        source=Source(site.store, is_store=True, memory=site.memory),
        rule=study.rule,
        out=study_folder(site.output, study.name) / free_name(ledger, site.output, study.name, request.today),
        codelists=study.codelists,
        oldest_extract_days=site.oldest_extract_days,
        accept_missing=study.accept_missing,
        leave_out=study.leave_out,
        today=request.today,
        clock=request.today,
        despite_quality=request.despite_quality,
    )


def _test(checked: CheckedRule) -> None:
    """Before real people are searched: the invented ones, whose answers were worked out by hand."""
    differences = run_invented(checked, load_beside(checked))
    if differences:
        raise RuleTestError(first_difference(checked, differences))


def _search(
    request: NightRequest, ledger: Ledger, settings: StudySettings, inputs: SearchInputs, run: RunPaths
) -> Unpublished:
    """Search, and write what does not need the ledger's answer."""
    source, study = inputs.options.source, settings.name
    previous, warnings = _previous(request, ledger, study)
    people = watched_people(ledger, study)
    elsewhere = written_to(ledger, known_studies(ledger, request.site, settings), request.today)
    with connect(run.work, source.memory) as con, open_source(source, run.work) as (store, kept):
        found = find(
            con,
            store,
            kept,
            replace(inputs, previous=previous),
            progress=_named(study, request.progress),
            watch=lambda con: watch(con, people, elsewhere),
        )
        result = replace(found, warnings=[*warnings, *found.warnings])
        reported = report_records(con, result)
        write_counts(con, run, result)
        write_record(con, run, result)
        manifest = describe_run(con, result)
    return Unpublished(
        study=study,
        result=result,
        reported=reported,
        elsewhere=load_other_studies(ledger, study, find_ended(ledger, request.site), request.today),
        store=store_hash(kept),
        manifest=manifest,
        run=run,
        out=inputs.options.out,
    )


def _named(study: str, progress: Progress) -> Progress:
    return lambda phase: progress(f"{study}: {phase[0].lower()}{phase[1:]}")


def _previous(request: NightRequest, ledger: Ledger, study: str) -> tuple[Previous | None, list[str]]:
    """The counts of the last run published, or a warning if a person has changed them or taken them away."""
    runs = published_runs(ledger, study)
    if not runs:
        return None, []
    try:
        return read_previous(study_folder(request.site.output, study) / runs[-1].folder), []
    except UsageError:
        return None, [
            f"This run was not compared with the last one, {runs[-1].folder}, because its counts cannot be read."
        ]


def _describe(study: StudySettings, search: Unpublished, parts: Mapping[str, str]) -> Run:
    """What the ledger keeps about the run itself."""
    result = search.result
    rule = result.checked.loaded.rule
    return Run(
        study=study.name,
        rule=rule.rule,
        version=rule.version,
        fingerprint=rule_fingerprint(result.checked),
        index_date=result.plan.index,
        practices={one.practice_id: one.extract_date for one in result.practices if one.is_searched},
        parts=parts,
        store=search.store,
        reasons=rule.reasons,
    )
