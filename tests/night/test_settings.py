"""Settings: every mistake is named, with its place and how to mend it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.night.settings import read_settings

GOOD = """\
extract = "in"
store = "store"
output = "out"
ledger = "ledger.db"

[[study]]
name = "instep"
rule = "instep"
"""


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "site.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_paths_are_taken_from_the_settings_folder(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").touch()
    site = read_settings(write(tmp_path, GOOD + '\n[[study]]\nname = "own"\nrule = "mine.yaml"\ncodelists = "lists"\n'))
    assert (site.extract, site.ledger) == (tmp_path / "in", tmp_path / "ledger.db")
    assert read_settings(write(tmp_path, GOOD.replace('name = "instep"', 'name = "c-o-n"'))).study[0].name == "c-o-n"
    shipped, own = site.study
    assert (str(shipped.rule), own.rule, own.codelists) == ("instep", tmp_path / "mine.yaml", tmp_path / "lists")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('store = "store"\n', "", "store is missing"),
        ('store = "store"', 'stores = "store"', "stores is not a setting"),
        ('store = "store"', "store = 3", "store is wrong"),
        ('name = "instep"', 'name = "In Step"', "study 1: name is not written in the right form"),
        ('name = "instep"', 'name = "../x"', "study 1: name is not written"),
        ('name = "instep"', 'name = "con"', "Windows cannot make a folder of that name"),
        ('rule = "instep"\n', "", "study 1: rule is missing"),
        ('rule = "instep"', 'rule = "instep"\n[[study]]\nname = "instep"\nrule = "b"', "two studies are called instep"),
        ('store = "store"', 'store = "out/store"', "store lies inside output"),
        ('store = "store"', 'store = "in"', "lies inside"),
        ('"ledger.db"', '"store/ledger.db"', "ledger lies inside store"),
        ('"ledger.db"', '"out/runs/instep/ledger.db"', "ledger lies inside"),
        ("[[study]]", 'key = "in/key"\n[[study]]', "key lies inside extract"),
        ("[[study]]", "keep_days = 0\n[[study]]", "keep_days is wrong"),
        ("[[study]]", 'memory = "lots"\n[[study]]', "memory is not written"),
        ("[[study]]", 'deliveries = "some"\n[[study]]', "deliveries is wrong"),
        ('name = "instep"\nrule = "instep"', "", "study 1: name is missing"),
        ("[[study]]", "[study]", "study is wrong"),
        ('"in"', '"in', "is not TOML"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(UsageError) as refused:
        read_settings(write(tmp_path, GOOD.replace(old, new, 1)))
    assert said in str(refused.value) and "site.toml" in str(refused.value)


def test_no_study_no_night(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="study is missing"):
        read_settings(write(tmp_path, GOOD.split("\n\n")[0]))


def test_what_is_no_settings_file(tmp_path: Path) -> None:
    for content, said in ((b"\xff\xfe\x00", "UTF-8"), (b"x = 1\n" * 50_000, "larger than")):
        with pytest.raises(UsageError, match=said):
            read_settings(write(tmp_path, content))
    with pytest.raises(UsageError, match="cannot be read"):
        read_settings(tmp_path / "none.toml")
    with pytest.raises(UsageError, match="cannot be read"):
        read_settings(tmp_path)
