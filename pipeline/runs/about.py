"""What a list says about how it was made, on its second sheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.casefinding.find import SearchResult
from pipeline.casefinding.requirements import say_accepted
from pipeline.casefinding.warnings import warnings_for
from pipeline.lists.row import ListProvenance
from pipeline.people.searched_practices import Practice
from pipeline.rules.describe.rule import describe

Lines = Sequence[tuple[str, str]]  # heading and text


def about_list(practice: Practice, result: SearchResult, first: Lines) -> ListProvenance:
    """`first`: what it says before everything else."""
    rule = result.checked.loaded.rule
    return ListProvenance(
        study=rule.study.name,
        rule=rule.rule,
        rule_title=rule.title,
        rule_version=rule.version,
        practice_name=practice.name,
        practice_id=practice.practice_id,
        index_date=result.plan.index,
        extract_date=practice.extract_date,
        questions=rule.reviewer,
        reasons=rule.reasons,
        lines=(*first, *_lines(practice, result)),
    )


def _lines(practice: Practice, result: SearchResult) -> Iterator[tuple[str, str]]:
    yield from (("Missing, and accepted", unmet.sentence) for unmet in result.accepted)
    if assumed := result.assumed.say(practice.practice_id):
        yield "Assumed", assumed
    yield from (("Ask each person", question) for question in result.checked.loaded.rule.ask)
    yield from _rule_in_words(result)
    for one in result.reports:
        yield one.said
        yield f"Patient report {one.report.name}", f"SHA-256 {one.report.sha256}"
    yield from (("Missing from this extract", gap.text) for gap in result.extract.gaps)
    above = {*map(say_accepted, result.accepted)}
    own = warnings_for(practice.practice_id, result.warnings, result.quality, result.practices)
    yield from (("Warning", warning) for warning in own if warning not in above)
    yield from _fingerprints(result)


def _rule_in_words(result: SearchResult) -> Iterator[tuple[str, str]]:
    heading, *lines = (line for line in describe(result.checked, result.plan.index) if line)
    yield "The rule in words", heading
    yield from (("", _as_cell(line)) for line in lines)


def _as_cell(line: str) -> str:
    """The line with another bullet, since a spreadsheet takes a cell that begins with a minus for a formula."""
    return line.replace("- ", "• ", 1) if line.lstrip().startswith("- ") else line


def _fingerprints(result: SearchResult) -> Iterator[tuple[str, str]]:
    yield "Rule file SHA-256", result.checked.loaded.sha256
    for name, codelist in sorted(result.checked.codelists.items()):
        yield f"Code list {name}", f"version {codelist.version}, SHA-256 {codelist.sha256}"
