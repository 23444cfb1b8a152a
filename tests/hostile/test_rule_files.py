"""Rules, invented patients and code lists that mean harm: every error is ours, at once, and says which file."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.codes.codelist import load, read
from pipeline.errors import CasefinderError, RuleError
from pipeline.rules.check import check_rule
from pipeline.rules.describe.rule import describe
from pipeline.rules.example_patients import load_patients
from pipeline.rules.load import load_rule
from tests.hostile.clock import within
from tests.hostile.looking import room
from tests.hostile.people import LISTS, RULE

ABOUT = b"title: x\nversion: '1'\n"
ROWS = b"code,system,term\n82423001,snomed,Chronic pain\n"
INVENTED = (
    b"rule: hostile\nindex_date: 2026-11-20\npatients:\n  - {name: a, expect: listed, because: b, born: '1980'}\n"
)
SECONDS = 20  # a machine that does much else besides


def read_rule(content: bytes) -> str:
    """What is wrong with it, or nothing."""
    with room() as folder, within(SECONDS):
        (folder / "rule.yaml").write_bytes(content)
        for name, (rows, roles) in LISTS.items():
            (folder / f"{name}.csv").write_text(rows, encoding="utf-8")
            (folder / f"{name}.yaml").write_text(f"title: x\nversion: '1'\n{roles}\n", encoding="utf-8")
        try:
            assert list(describe(check_rule(load_rule(folder / "rule.yaml"), folder)))
        except RuleError as error:
            return str(error)
        return ""


def read_invented(content: bytes) -> str:
    with room() as folder, within(SECONDS):
        (folder / "rule.patients.yaml").write_bytes(content)
        try:
            load_patients(folder / "rule.patients.yaml")
        except RuleError as error:
            return str(error)
        return ""


def read_list(about: bytes = ABOUT, rows: bytes = ROWS) -> str:
    with room() as folder, within(SECONDS):
        (folder / "list.yaml").write_bytes(about)
        (folder / "list.csv").write_bytes(rows)
        return "\n".join(str(finding) for finding in read(folder / "list.csv")[1] if finding.severity == "error")


def test_the_files_that_are_damaged_are_sound() -> None:
    assert (read_rule(RULE.encode()), read_invented(INVENTED), read_list()) == ("", "", "")


ALIASES = b"a: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(
    b"%c: &%c [%s]\n" % (here, here, b",".join([b"*%c" % (here - 1)] * 9)) for here in range(98, 107)
)
DEEP = {
    "open lists": b"title: " + b"[" * 100_000,
    "lists": b"title: " + b"[" * 5_000 + b"]" * 5_000,
    "maps": b"{a: " * 3_000 + b"1" + b"}" * 3_000,
    "blocks": b"".join(b" " * depth + b"a:\n" for depth in range(1_500)),
    "dashes": b"title:\n" + b"- " * 3_000 + b"x\n",
    "keys": b"? " * 3_000 + b"x\n",
}
STRANGE = {
    "aliases that multiply": ALIASES,
    "an alias of itself": b"title: &a [*a]\n",
    "an object of Python": b"title: !!python/object/apply:os.system ['echo']\n",
    "a tag": b"title: !x y\n",
    "a merge": b"<<: {title: x}\n",
    "a second document": b"---\na: 1\n---\nb: 2\n",
    "a directive": b"%YAML 9.9\n---\na: 1\n",
    "a key that is a list": b"? [a, b]\n: c\n",
    "a character beyond all": b'title: "\\U00110000"\n',
    "an escape cut short": b'title: "\\x',
    "half a pair": b'title: "\\ud800"\n',
    "no text at all": b"\xff\xfe\xfd",
    "NUL": b"title: a\0b\n",
    "a mark in the middle": b"title: \xef\xbb\xbfx\n",
    "UTF-16": "title: x\n".encode("utf-16"),
    "UTF-16 without a mark": "title: x\n".encode("utf-16-le"),
    "nothing": b"",
    "spaces": b" \n\t\n",
    "a tab for a space": b"title:\n\t- x\n",
    "a binary": bytes(range(256)),
    "a colon": b":",
    "an ampersand": b"&",
    "a percent": b"%",
}


@pytest.mark.parametrize("reads", [read_rule, read_invented, read_list])
@pytest.mark.parametrize("shape", [*DEEP, *STRANGE])
def test_yaml_that_means_harm(reads: Callable[[bytes], str], shape: str) -> None:
    assert reads((DEEP | STRANGE)[shape])


LARGE = {
    "one text": b"title: " + b"x " * 10_000_000,
    "a list of texts": b"ask:\n" + b"- x\n" * 240_000,
    "empty lists": b"ask: [" + b"[]," * 320_000 + b"]\n",
    "unknown keys": b"".join(b"k%d: x\n" % n for n in range(90_000)),
    "criteria without anything": b"criteria:\n" + b"".join(b"  k%d: {}\n" % n for n in range(60_000)),
    "a comment": b"# " + b"x" * 20_000_000,
}


@pytest.mark.parametrize("reads", [read_rule, read_invented, read_list])
@pytest.mark.parametrize("shape", LARGE)
def test_yaml_that_is_too_large(reads: Callable[[bytes], str], shape: str) -> None:
    """Refused before it is understood, for that takes minutes."""
    assert reads(LARGE[shape])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: Hostile", "extends: ../../../../etc/passwd\ntitle: Hostile"),
        ("title: Hostile", "extends: /etc/passwd\ntitle: Hostile"),
        ("title: Hostile", f"extends: {'x' * 5_000}\ntitle: Hostile"),
        ("title: Hostile", 'extends: "a\\0b"\ntitle: Hostile'),
        ("title: Hostile", "extends: rule\ntitle: Hostile"),
        ("hostile-pain", "../../x"),
        ("hostile-pain", '"a\\0b"'),
        ("hostile-pain", "x" * 5_000),
        ("5 years", "999999999 years"),
        ("5 years", "9" * 40 + " days"),
        ("version: 1", f"version: {'9' * 5_000}"),
        ("version: 1", "version: 0x10"),
        ("version: 1", "version: 1e400"),
        ("version: 1", "version: 2026-02-30"),
        ("[pain, drug]", "[" + "pain," * 150_000 + "drug]"),
        ("{all: [pain, drug]}", "{not: " * 60 + "pain" + "}" * 60),
    ],
)
def test_values_of_a_rule_that_mean_harm(old: str, new: str) -> None:
    assert read_rule(RULE.replace(old, new).encode())


@pytest.mark.parametrize("born", ["0000-01-01", "2025-02-29", "\u0662\u0660\u0662\u0660", "1980-13", "99999-01-01"])
def test_days_of_invented_patients_that_no_calendar_has(born: str) -> None:
    assert read_invented(INVENTED.replace(b"1980", born.encode()))


@pytest.mark.parametrize(
    "rows",
    [
        ROWS + b"1,snomed," + b"x" * 10_000_000 + b"\n",
        ROWS.replace(b"term\n", b"term" + b",x" * 1_000_000 + b"\n"),
        ROWS + b"1,zzz,x\n" * 3_000_000,
        ROWS + b'"' * 5_000_001,
        ROWS + b"82423001\0,snomed,x\n",
        ROWS + "\u202e82423001,snomed,x\n".encode(),
        ROWS + "\u0668\u0662\u0664\u0662\u0663\u0660\u0660\u0661,snomed,x\n".encode(),
        ROWS + b"9" * 5_000 + b",snomed,x\n",
        ROWS + b"9" * 30 + b",dmd,x\n",
        ROWS + b"1.77754E+15,snomed,x\n",
        ROWS + b"=1+1,snomed,x\n",
        ROWS + b"'); DROP TABLE code; --,snomed,x\n",
        ROWS.replace(b"code,", b"code,code,"),
        ROWS.replace(b",", b";"),
        ROWS.decode().encode("utf-16"),
        b"\xff" + ROWS,
        b"",
        b"\0",
        b'"',
    ],
    ids=range(19),
)
def test_rows_of_a_list_that_mean_harm(rows: bytes) -> None:
    assert read_list(rows=rows)


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_marks_change_nothing(end: bytes, mark: bytes) -> None:
    assert read_list(mark + ABOUT.replace(b"\n", end), mark + ROWS.replace(b"\n", end)) == ""


@pytest.mark.parametrize("name", ["..", ".", "", "../x", "/etc/passwd", "x" * 5_000, "a\0b", "CON", "a/b", "\u202ea"])
def test_names_of_lists_are_no_paths(name: str) -> None:
    with room() as folder, pytest.raises(RuleError):
        load(name, folder)


READS: dict[str, Callable[[Path], object]] = {
    "rule.yaml": load_rule,
    "rule.patients.yaml": load_patients,
    "list.csv": lambda path: load("list", path.parent),
    "list.yaml": lambda path: load("list", path.parent),
}


@pytest.mark.parametrize(
    "make",
    [os.mkfifo, Path.mkdir, lambda path: path.symlink_to("/dev/zero"), lambda path: path.symlink_to(path.name)],
    ids=["pipe", "folder", "device", "link to itself"],
)
@pytest.mark.parametrize("name", READS)
def test_what_is_no_file(name: str, make: Callable[[Path], object]) -> None:
    with room() as folder, within(SECONDS):
        (folder / "list.csv").write_bytes(ROWS)
        (folder / "list.yaml").write_bytes(ABOUT)
        (folder / name).unlink(missing_ok=True)
        make(folder / name)
        with pytest.raises(CasefinderError):
            READS[name](folder / name)
