"""Reading a list: what is tolerated, what is refused, and that everything wrong is said at once."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from pipeline.codes import text_file
from pipeline.codes.codelist import CodeListError, available, lint, load, shipped_folder
from pipeline.codes.text_file import text_hash

ABOUT = """\
title: Pain
version: 1.10
author: A practice
date: 2026-01-31
source: the test
licence: none
method: made up
to_approve: nothing
"""
HEADING = "code,system,term\n"


def write(folder: Path, csv_text: str | bytes, about: str = ABOUT, name: str = "pain") -> Path:
    path = folder / f"{name}.csv"
    content = csv_text if isinstance(csv_text, bytes) else csv_text.encode()
    path.write_bytes(content)
    vouched = text_hash(content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n"))
    path.with_suffix(".yaml").write_text(f"{about}sha256: {vouched}\n", encoding="utf-8")
    return path


def errors(folder: Path) -> list[str]:
    """The lines of the message `load` refuses the list with."""
    with pytest.raises(CodeListError) as caught:
        load("pain", folder)
    return str(caught.value).splitlines()


def test_a_sound_list(tmp_path: Path) -> None:
    path = write(tmp_path, HEADING + "82423001,snomed,Chronic pain\nN239.,read2,Fibromyalgia\n")
    found = load("pain", tmp_path)
    assert (found.name, found.title, found.version, found.path) == ("pain", "Pain", "1.10", path)
    assert [(e.system, e.code, e.term, e.line) for e in found.entries] == [
        ("snomed", "82423001", "Chronic pain", 2),
        ("read2", "N239.", "Fibromyalgia", 3),
    ]
    assert found.warnings == ()
    assert found.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfcode,system,term\n82423001,snomed,Chronic pain\n",  # byte order mark
        b"code,system,term\r\n82423001,snomed,Chronic pain\r\n",
        b"code,system,term\r82423001,snomed,Chronic pain\r",  # CR alone, as old spreadsheets write
        b"code,system,term\n82423001,snomed,Chronic pain",  # no last line end
        b"Code, System ,TERM\n82423001,SNOMED,Chronic pain\n\n,,\n",  # blank rows
        b"code,system,term,,\n82423001,snomed,Chronic pain,,\n",  # empty columns at the right
    ],
)
def test_ways_of_saving_do_not_matter(tmp_path: Path, content: bytes) -> None:
    write(tmp_path, content)
    found = load("pain", tmp_path)
    assert [(e.code, e.line) for e in found.entries] == [("82423001", 2)]
    assert found.warnings == ()


def test_the_fingerprint_is_the_same_however_saved() -> None:
    assert text_hash("a\nb\n") == text_hash("a\nb") == hashlib.sha256(b"a\nb\n").hexdigest()


def test_every_error_is_said_at_once_with_its_line(tmp_path: Path) -> None:
    path = write(tmp_path, HEADING + "82423002,snomed,Chronic pain\nN239.,red2,Fibromyalgia\n1.3E+14,snomed,Pain\n")
    lines = errors(tmp_path)
    assert [line.split(": ")[0] for line in lines] == [f"{path}:2", f"{path}:3", f"{path}:4"]
    assert "'82423002'" in lines[0]
    assert "did you mean 'read2'?" in lines[1]
    assert "spreadsheet" in lines[2]


@pytest.mark.parametrize(
    ("csv_text", "says"),
    [
        ("", "the file is empty"),
        (HEADING, "the list has no codes"),
        ("code,sytem,term\n82423001,snomed,Pain\n", "did you mean 'system'?"),
        ("code;system;term\n82423001;snomed;Pain\n", "semicolons"),
        ("code,code,system,term\n1,2,snomed,Pain\n", "appears more than once"),
        (HEADING + "82423001,snomed,Pain, chronic\n", "more cells than columns"),
        (HEADING + '82423001,snomed,"Chronic\npain"\n', "runs on to the next line"),
        (HEADING + '82423001,snomed,"Chronic pain\n', "left open"),
        ("code,system,term,include_children\n82423001,snomed,Pain,perhaps\n", "use yes or no"),
        ("code,system,term,include_children\nCodeine,name,codeine,yes\n", "leave include_children empty"),
        ("code,system,term,include_children\nN239.00,read2,Fibromyalgia,yes\n", "'N239.'"),
        ("code,system,term,except\n82423001,snomed,Pain,cough\n", "only with names"),
        ("code,system,term,except\nCodeine,name,codeine,cough; linctus\n", "separate the words of except with |"),
        ("code,system,term,except\nCodeine,name,codeine,--\n", "no letter or digit"),
        ("code,system,term,role\n82423001,snomed,Pain,not_fit\n", "pain.yaml does not list the roles"),
    ],
)
def test_what_is_refused(tmp_path: Path, csv_text: str, says: str) -> None:
    write(tmp_path, csv_text)
    assert any(says in line for line in errors(tmp_path))


def test_a_file_that_is_not_utf8_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "pain.csv"
    path.write_bytes(HEADING.encode() + b"82423001,snomed,Schmerz\xe4\n")
    path.with_suffix(".yaml").write_text(ABOUT, encoding="utf-8")
    assert errors(tmp_path)[0].startswith(f"{path}:2: error: this is not UTF-8")


def test_roles_are_a_closed_vocabulary(tmp_path: Path) -> None:
    rows = "9D15.,read2,Not fit,not_fit\n9D16.,read2,May be fit,may_be_fitt\n9D11.,read2,Issued,\n"
    write(tmp_path, "code,system,term,role\n" + rows, ABOUT + "roles: [not_fit, may_be_fit]\n")
    mistyped, without = errors(tmp_path)
    assert "did you mean 'may_be_fit'?" in mistyped
    assert "has no role" in without


def test_the_same_code_twice(tmp_path: Path) -> None:
    same = write(tmp_path, HEADING + "N239.,read2,Fibromyalgia\nN239,read2,Fibrositis\n")
    warnings = [f.message for f in lint(same)]
    assert "with its missing dots, as 'N239.'" in warnings[0]
    assert "already on line 2" in warnings[1]
    assert len(load("pain", tmp_path).entries) == 1
    rows = "code,system,term,role\nN239.,read2,Fibromyalgia,yes\nN239.,read2,Fibromyalgia,no\n"
    write(tmp_path, rows, ABOUT + "roles: ['yes', 'no']\n")
    assert "is already on line 2 with a different role" in errors(tmp_path)[0]


def test_names_are_the_same_whatever_their_case(tmp_path: Path) -> None:
    path = write(tmp_path, HEADING + "Co-codamol,name,a\nCO CODAMOL,name,b\n")
    assert "already on line 2" in lint(path)[0].message


def test_case_twins_in_one_list_are_a_warning(tmp_path: Path) -> None:
    path = write(tmp_path, HEADING + "9Nu0.,read2,Dissent\n9NU0.,read2,Interpreter\n")
    (finding,) = lint(path)
    assert (finding.severity, finding.line) == ("warning", 3)
    assert "'9NU0.' and '9Nu0.'" in finding.message


def test_a_guard_is_a_warning_and_the_code_is_read(tmp_path: Path) -> None:
    path = write(tmp_path, HEADING + '="82423001",snomed,Pain\n')
    assert [f.severity for f in lint(path)] == ["warning"]
    assert load("pain", tmp_path).entries[0].code == "82423001"


def test_a_changed_csv_is_an_error_that_says_how_to_mend_it(tmp_path: Path) -> None:
    path = write(tmp_path, HEADING + "82423001,snomed,Pain\n")
    path.write_text(HEADING + "82423001,snomed,Chronic pain\n", encoding="utf-8")
    (line,) = errors(tmp_path)
    assert line.startswith(f"{path.with_suffix('.yaml')}:9: error: pain.csv has changed since this was written")
    assert line.endswith(hashlib.sha256(path.read_bytes()).hexdigest())


def test_yaml_keys(tmp_path: Path) -> None:
    path = write(tmp_path, HEADING + "82423001,snomed,Pain\n", "title: Pain\nverson: 1\ntitle: Again\n")
    messages = [str(f) for f in lint(path) if f.severity == "error"]
    yaml_path = path.with_suffix(".yaml")
    assert messages[0] == f"{yaml_path}: error: 'version' is missing"
    assert messages[1].startswith(f"{yaml_path}:2: error: the key 'verson' is not known; did you mean 'version'?")
    assert messages[2] == f"{yaml_path}:3: error: the key 'title' appears more than once; keep one"


@pytest.mark.parametrize(
    ("about", "says"),
    [
        ("- title\n", "needs keys and values"),
        ("title: [a\n", "this is not valid YAML"),
        ("title: [a, b]\nversion: 1\n", "'title' must be one text"),
        ("title: Pain\nversion: 1\nmethod: {by: hand}\n", "'method' must be a text or a list of texts"),
    ],
)
def test_yaml_that_cannot_be_read(tmp_path: Path, about: str, says: str) -> None:
    path = write(tmp_path, HEADING + "82423001,snomed,Pain\n", about)
    path.with_suffix(".yaml").write_text(about, encoding="utf-8")
    assert any(says in line for line in errors(tmp_path))


def test_without_yaml_the_list_is_refused(tmp_path: Path) -> None:
    yaml_path = write(tmp_path, HEADING + "82423001,snomed,Pain\n").with_suffix(".yaml")
    yaml_path.unlink()
    assert errors(tmp_path) == [f"{yaml_path}: error: this file is missing"]


def test_a_file_another_program_holds_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, HEADING + "82423001,snomed,Pain\n")

    def refuse(path: Path, most: int) -> bytes:
        raise PermissionError(path)

    monkeypatch.setattr(text_file, "read_small", refuse)
    assert all("is it open in another program?" in line for line in errors(tmp_path))


def test_what_nobody_wrote_down_is_a_warning(tmp_path: Path) -> None:
    path = write(tmp_path, HEADING + "82423001,snomed,Pain\n", "title: Pain\nversion: 1\n")
    missing = {f.message for f in lint(path)}
    assert missing == {f"'{key}' is missing" for key in ("author", "date", "source", "licence", "method", "to_approve")}
    assert {f.message for f in load("pain", tmp_path).warnings} == missing


def test_the_users_folder_comes_first(tmp_path: Path) -> None:
    write(tmp_path, HEADING + "82423001,snomed,Mine\n", name="chronic-pain")
    assert load("chronic-pain", tmp_path).title == "Pain"
    assert load("chronic-pain").path.parent == shipped_folder()
    assert load("opioids", tmp_path).path.parent == shipped_folder()
    write(tmp_path, HEADING + "82423001,snomed,Mine\n", name="my-list")
    assert "my-list" in available(tmp_path)
    assert "my-list" not in available()


@pytest.mark.parametrize("name", ["chronic_pain", "../codelists/opioids", "", "chronic-pain.csv"])
def test_a_name_that_is_no_list(name: str) -> None:
    with pytest.raises(CodeListError, match="is not known"):
        load(name)


def test_a_near_miss_gets_a_hint_and_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(CodeListError, match="did you mean 'chronic-pain'"):
        load("chronic_pain")
    with pytest.raises(CodeListError, match="no such folder"):
        load("opioids", tmp_path / "nowhere")
    assert CodeListError.exit_code == 10


def test_lint_takes_the_yaml_too_and_says_when_there_is_no_file(tmp_path: Path) -> None:
    path = write(tmp_path, HEADING + "82423001,snomed,Pain\n")
    assert lint(path.with_suffix(".yaml")) == []
    assert [f.message for f in lint(tmp_path / "none.csv")] == ["this file is missing"] * 2  # the CSV and its YAML
