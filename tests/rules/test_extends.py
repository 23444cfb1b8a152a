"""A rule that extends another says only what is different, and its errors point at the file that said it."""

from pathlib import Path

import pytest

from pipeline.errors import RuleError
from pipeline.rules.check import check_rule
from pipeline.rules.describe.rule import describe
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


DROPS = CHILD.replace("exclude: [cancer]", "exclude: [palliative_care]\ndrop: [cancer]")


def refusals(folder: Path, text: str, name: str = "mine.yaml") -> list[str]:
    with pytest.raises(RuleError) as caught:
        check_rule(read_rule(write(folder, text, name)))
    return str(caught.value).splitlines()


def test_a_criterion_that_is_dropped_is_not_there(tmp_path: Path) -> None:
    checked = check_rule(read_rule(write(tmp_path, DROPS)))
    rule = checked.loaded.rule
    assert "cancer" not in rule.criteria and "cancer" in load_rule(Path("instep")).rule.criteria
    assert "cancer" not in checked.codelists
    assert "It extends the rule instep, without its cancer." in " ".join(" ".join(describe(checked)).split())


def test_a_rule_that_extends_does_not_take_over_what_was_dropped(tmp_path: Path) -> None:
    write(tmp_path, DROPS)
    grandchild = "rule: other\nversion: 1\ntitle: Other\nextends: mine\n"
    assert "cancer" not in load_rule(write(tmp_path, grandchild, "other.yaml")).rule.criteria
    [said] = refusals(tmp_path, grandchild + "drop: [cancer]\n", "other.yaml")
    assert said.startswith("other.yaml:5:8: the inherited criterion 'cancer' is not known")


@pytest.mark.parametrize(
    "old, new, place, words",
    [
        ("drop: [cancer]", "drop: [cancr]", "11:8", "criterion 'cancr' is not known; did you mean 'cancer'?"),
        ("[palliative_care]", "[palliative_care, cancer]", "11:8", "cannot be dropped while it is named in: exclude"),
        ("exclude: [palliative_care]\n", "", "10:8", "cannot be dropped while it is named in: exclude"),
        ("drop: [cancer]", "drop: [pain_core]", "11:8", "cannot be dropped while it is named in: include"),
        ("drop: [cancer]", "drop: [cancer]\nflag: [cancer]", "11:8", "cannot be dropped while it is named in: flag"),
        ("  pain_drugs:", "  cancer: {at_least: 2}\n  pain_drugs:", "12:8", "drop it, or say what it is now"),
        ("_drugs: {", "_drugs: {after: {criterion: cancer, within: 1 year}, ", "11:8", "pain_drugs (after)"),
        ("drop: [cancer]", "drop: cancer", "11:7", "must be a list"),
    ],
)  # fmt: skip
def test_what_cannot_be_dropped_is_refused(tmp_path: Path, old: str, new: str, place: str, words: str) -> None:
    assert old in DROPS
    found = refusals(tmp_path, DROPS.replace(old, new))
    assert any(line.startswith(f"mine.yaml:{place}:") and words in line for line in found), found


def test_a_rule_of_its_own_has_nothing_to_drop(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "rules" / "instep.yaml").read_text(encoding="utf-8")
    [said] = refusals(tmp_path, text + "drop: [cancer]\n")
    assert "'drop' leaves out criteria of the rule that 'extends' names, and there is none" in said
