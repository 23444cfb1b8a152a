"""A run's folder holds what `RunPaths` names, and nothing that it does not name."""

from __future__ import annotations

from pathlib import Path

from pipeline.casefinding.options import SearchOptions
from pipeline.runs.paths import RunPaths, study_folder
from pipeline.runs.record import KEPT
from pipeline.runs.search import run_search
from pipeline.store.source import Source
from tests.functional.plain import write_plain
from tests.night.small import DAY, PRACTICES, make_site, night, somebody

RULE = """\
rule: small
version: 1
title: Small
study: {name: Small}
population: {}
criteria: {pain: {events: {codelist: chronic-pain}}}
include: pain
"""
PERSON = "1,A00001,1,9990000018,1,1980-06-15,day,2010-01-01,regular,0,0"


def files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def counted(run: RunPaths) -> set[Path]:
    return {run.manifest, run.attrition, run.rejects, run.quality, run.quality_page}


def listed(run: RunPaths, *practices: str) -> set[Path]:
    lists = {path for each in practices for path in (run.list_csv(each), run.list_xlsx(each))}
    return {*counted(run), *lists, run.rule, *map(run.kept, KEPT)}


def test_every_file_of_a_search_is_named(tmp_path: Path) -> None:
    write_plain(tmp_path / "extract", PERSON, "1,1,2026-01-01,day,0")
    (tmp_path / "small.yaml").write_text(RULE, encoding="utf-8")
    for counts_only in (False, True):
        run = RunPaths(tmp_path / f"run-{counts_only}")
        run_search(
            SearchOptions(
                source=Source(tmp_path / "extract"),
                rule=tmp_path / "small.yaml",
                out=run.folder,
                counts_only=counts_only,
            )
        )
        assert files(run.folder) == (counted(run) if counts_only else listed(run, "A00001"))


def test_every_file_of_a_night_is_named(tmp_path: Path) -> None:
    site = make_site(tmp_path)
    night(site, [somebody(0)])
    night(site, [somebody(0, pain=None)])
    first, second = (RunPaths(path) for path in sorted(study_folder(site.output, "pain").iterdir()))
    assert first.folder.name == DAY.isoformat()
    assert files(first.folder) == {*listed(first, *PRACTICES), first.account, first.proof}
    assert files(second.folder) == {
        *listed(second, *PRACTICES),
        second.account,
        second.proof,
        second.dropped(PRACTICES[0]),
    }
