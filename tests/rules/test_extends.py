"""A rule that extends another says only what is different, and its errors point at the file that said it."""

from pathlib import Path

import pytest

from pipeline.errors import RuleError
from pipeline.rules.check import check_rule
from pipeline.rules.load import load_rule, read_rule

CHILD = """\
rule: mine
version: 2
title: Mine
extends: instep
changes:
  - {on: 2026-03-01, what: "6 months became 12, since too few were found"}
population: {age: {from: 25}}
criteria:
  pain_drugs: {at_least: 6}
exclude: [cancer]
"""


def write(folder: Path, text: str, name: str = "mine.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_what_is_said_replaces_and_the_rest_stays(tmp_path: Path) -> None:
    mine, instep = load_rule(write(tmp_path, CHILD)).rule, load_rule(Path("instep")).rule
    assert (mine.rule, mine.version, mine.title) == ("mine", 2, "Mine")
    assert mine.population.age is not None and instep.population.age is not None
    assert (mine.population.age.youngest, mine.population.age.oldest) == (25, instep.population.age.oldest)
    assert mine.population.registered == instep.population.registered
    assert mine.criteria["pain_drugs"].at_least == 6  # type: ignore[union-attr]
    assert mine.criteria["pain_drugs"].selection == instep.criteria["pain_drugs"].selection
    assert mine.exclude == ("cancer",) and mine.include == instep.include


def test_a_criterion_of_another_kind_replaces_the_old_one_whole(tmp_path: Path) -> None:
    text = CHILD.replace("pain_drugs: {at_least: 6}", "pain_drugs: {events: {codelist: chronic-pain}}")
    criterion = load_rule(write(tmp_path, text)).rule.criteria["pain_drugs"]
    assert criterion.selection.lists == ("chronic-pain",) and criterion.at_least is None  # type: ignore[union-attr]


def test_a_rule_keeps_its_own_name_and_version(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="'version' is missing"):
        load_rule(write(tmp_path, CHILD.replace("version: 2\n", "")))


def test_the_hash_covers_every_file(tmp_path: Path) -> None:
    base = write(
        tmp_path, (Path(__file__).parents[2] / "rules" / "instep.yaml").read_text(encoding="utf-8"), "base.yaml"
    )
    child = write(tmp_path, CHILD.replace("extends: instep", "extends: base"))
    before = load_rule(child).sha256
    base.write_text(base.read_text(encoding="utf-8").replace("at_least: 4", "at_least: 5"), encoding="utf-8")
    assert load_rule(child).sha256 != before


def test_errors_point_at_the_file_that_said_it(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "rules" / "instep.yaml").read_text(encoding="utf-8")
    write(tmp_path, text.replace("codelist: dementia", "codelist: dementai"), "base.yaml")
    child = write(tmp_path, CHILD.replace("extends: instep", "extends: base").replace("[cancer]", "[cancr]"))
    with pytest.raises(RuleError) as caught:
        check_rule(read_rule(child))
    lines = str(caught.value).splitlines()
    assert any(line.startswith("base.yaml:") and "did you mean 'dementia'" in line for line in lines)
    assert any(line.startswith("mine.yaml:10:") and "did you mean 'cancer'" in line for line in lines)


def test_a_rule_nobody_knows_and_a_circle_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="did you mean 'instep'"):
        load_rule(write(tmp_path, CHILD.replace("extends: instep", "extends: instpe")))
    with pytest.raises(RuleError, match="in a circle"):
        load_rule(write(tmp_path, CHILD.replace("extends: instep", "extends: mine")))
