"""The page of a night: which lists to work with, or what went wrong and what to do. Counts only, and no script."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from urllib.parse import quote

from pipeline.errors import CasefinderError
from pipeline.files.private import create_private
from pipeline.ledger.transitions import say, say_reason
from pipeline.night.advice import advise
from pipeline.night.result import Failure, ListInUse, NightResult
from pipeline.night.summary import StudyNight
from pipeline.pages.render import render_html
from pipeline.search.work_counts import EVIDENCE

PAGE = "nightly.html"
_TEMPLATE = Path(__file__).with_name("page.html")
_COLUMNS = ("Names on the list", "New", "No longer found", "Dropped out")
_NONE = {"failures": [], "studies": [], "columns": _COLUMNS, "notes": []}


def write_page(output: Path, result: NightResult) -> None:
    """Raises OutputError."""
    _write(output, _page(output, result))


def write_begun(output: Path, night: date) -> None:
    """What the page says if the night never ends, because the machine was switched off or the program was stopped."""
    heading = f"The night of {night:%d/%m/%Y} has begun, but has not ended"
    summary = (
        "If you read this in the morning, the night was stopped before it ended: the computer was switched off, or the "
        "program was stopped. Nothing is lost. Keep using the last lists, which are in the folder runs.",
        "Start the night again by hand, or wait for the next one. It puts everything right by itself.",
    )
    _write(output, {**_NONE, **_top(heading, "warn", summary)})


@contextmanager
def page_if_stopped(output: Path, night: date) -> Iterator[None]:
    """If the block fails, the page says that the night was stopped, and the error goes on."""
    try:
        yield
    except Exception as error:
        ours = CasefinderError("Something went wrong inside Casefinder.")
        write_page(output, _stopped(night, error if isinstance(error, CasefinderError) else ours))
        raise


def _stopped(night: date, error: CasefinderError) -> NightResult:
    return NightResult(
        night=night,
        studies=(),
        failures=(Failure("", error),),
        lists=(),
        notes=(),
        delivered="The night was stopped before it ended.",
    )


def _write(output: Path, page: dict[str, object]) -> None:
    with create_private(output / PAGE) as file:
        file.write(render_html(_TEMPLATE, page).encode())


def _top(heading: str, verdict: str, summary: Iterable[str]) -> dict[str, object]:
    return {
        "what": "the last night",
        "title": f"{heading} – Casefinder",
        "heading": heading,
        "verdict": verdict,
        "summary": list(summary),
        "footer": "This page holds counts, and nothing about any individual patient. Small counts are exact, so "
        "keep it in "
        "the practice.",
    }


def _page(output: Path, result: NightResult) -> dict[str, object]:
    verdict = "stop" if result.failures else "warn" if _to_know(result) else "pass"
    return {
        **_top(_heading(result), verdict, _summary(result)),
        "failures": [_failure(output, failure) for failure in result.failures],
        "columns": _COLUMNS,
        "studies": [_study(output, study, result) for study in _studies(result)],
        "notes": result.notes,
    }


def _heading(result: NightResult) -> str:
    night = f"{result.night:%d/%m/%Y}"
    if not result.failures:
        return f"The lists for {night} are ready"
    if result.studies:
        return f"Some lists for {night} are ready, but others could not be made"
    return f"No lists could be made on {night}"


def _summary(result: NightResult) -> Iterator[str]:
    yield result.delivered
    if result.failures:
        yield "If a list could not be made, keep using the last one. No decisions are lost."
    yield "Review every name before any letter goes."
    yield from _to_know(result) or ["You do not need to do anything else."]


def _to_know(result: NightResult) -> list[str]:
    """What a person must look at even if the night went well."""
    older = sum(one.listed_on != result.night for one in result.lists)
    said = (
        [f"{older:,} of {len(result.lists):,} lists could not be renewed: the tables below say which."] if older else []
    )
    if result.notes or any(one.warnings for one in result.studies):
        said.append("There are warnings below. Read them before anyone uses the lists.")
    return said


def _failure(output: Path, failure: Failure) -> dict[str, object]:
    advice = advise(failure.error)
    return {
        "tag": f"Not done: {failure.study}" if failure.study else "The whole night",
        "heading": advice.happened,
        "lines": str(failure.error).splitlines(),
        "do": advice.do,
        "ask": advice.ask,
        "page": _link(output, failure.page) if failure.page else "",
    }


def _studies(result: NightResult) -> list[str]:
    return sorted({one.study for one in result.studies} | {one.study for one in result.lists})


def _study(output: Path, study: str, result: NightResult) -> dict[str, object]:
    tonight = next((one for one in result.studies if one.study == study), None)
    names = {one.practice_id: one.name for night in result.studies for one in night.practices}
    lists = [_list(output, one, names.get(one.practice_id, ""), tonight) for one in result.lists if one.study == study]
    return {
        "heading": study,
        "lists": lists,
        "found": f"Records found: {tonight.found:,}" if tonight else "",
        "assumed": tonight.assumed if tonight else "",
        "became": list(_became(tonight)) if tonight else [],
        "work": list(_work(tonight)) if tonight else [],
        "warnings": tonight.warnings if tonight else [],
    }


def _list(output: Path, one: ListInUse, name: str, tonight: StudyNight | None) -> dict[str, object]:
    made = [each for each in tonight.practices if each.practice_id == one.practice_id] if tonight else []
    made = [each for each in made if each.listed is not None]
    counts = [(each.listed or 0, each.new, each.not_found, each.dropped) for each in made]
    return {
        "place": f"{name} ({one.practice_id})" if name else f"Practice {one.practice_id}",
        "path": _link(output, one.path),
        "words": f"List of {one.listed_on:%d/%m/%Y}{'' if made else ' (not renewed)'}",
        "extract_date": f"{made[0].extract_date:%d/%m/%Y}" if made else "",
        "numbers": [f"{number:,}" for number in counts[0]] if made else [""] * len(_COLUMNS),
    }


def _became(night: StudyNight) -> Iterator[dict[str, str]]:
    for (state, reason), people in sorted(night.states.items(), key=lambda row: (row[0][0], row[0][1] or "")):
        words = say(state)
        because = f" ({say_reason(reason)})" if reason else ""
        yield {"words": f"{words[0].upper()}{words[1:]}{because}", "people": f"{people:,}"}


def _work(night: StudyNight) -> Iterator[dict[str, str]]:
    """What the records of those found say about work, all practices together."""
    lines = [count for count in night.attrition if count.kind == EVIDENCE]
    for place, words in sorted({(count.position, count.words) for count in lines}):
        own = [count for count in lines if count.position == place]
        people, left = sum(count.people for count in own), sum(count.left or 0 for count in own)
        yield {"words": f"{words[0].upper()}{words[1:]}", "people": f"{people:,}", "left": f"{left:,}"}


def _link(output: Path, path: Path) -> str:
    """A link from the page to a file below its folder."""
    return quote(path.resolve().relative_to(output.resolve()).as_posix())
