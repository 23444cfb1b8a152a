"""A table of patients given where another file belongs, by a slip of the hand: no message repeats a value of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.functional.commands import casefinder
from tests.hostile.folders import FOLDERS

COMMANDS = {
    "codelist lint": ("codelist", "lint", "{file}.csv"),
    "the YAML of a code list": ("codelist", "lint", "{folder}/empty.csv"),
    "rule check": ("rule", "check", "{file}.yaml"),
    "rule describe": ("rule", "describe", "{file}.yaml"),
    "rule test": ("rule", "test", "{folder}/instep.yaml"),
    "codelists of a rule": ("rule", "check", "instep", "--codelists", "{folder}"),
    "nightly": ("nightly", "--config", "{file}.toml"),
    "search by it": ("search", "--extract", "{folder}", "--rule", "{file}.csv", "--out", "{folder}/out"),
    "search of it": ("search", "--extract", "{file}.csv", "--rule", "instep", "--out", "{folder}/out"),
    "inspect": ("extract", "inspect", "{file}.csv"),
    "store": ("store", "info", "{file}.csv"),
    "ledger": ("ledger", "info", "{file}.csv"),
    "explain": ("explain", "--run", "{file}.csv", "--patient", "1"),
}


def people_table(format: str, with_titles: bool) -> bytes:
    """The table of people in the invented extract of a format, as its supplier writes it."""
    named = {name.lower(): text for name, text in FOLDERS[format]().items()}
    [text] = [
        text for name, text in named.items() if "patient" in name and name.count("patient") == 1 and b"Zyx" in text
    ]
    return text if with_titles else text.split(b"\n", 1)[1]


def values_of(text: bytes) -> set[str]:
    """Every value that could say who somebody is: with a capital letter or a digit, and long enough to be found."""
    cells = text.decode("latin-1").replace('"', "").replace("\t", ",").replace("\n", ",").replace("\r", "").split(",")
    return {cell.strip().lower() for cell in cells if len(cell.strip()) > 5 and not cell.islower()}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("format", ["plain", "emis", "tpp"])
def test_no_value_of_a_table_of_patients_is_in_a_message(tmp_path: Path, format: str, command: str) -> None:
    values = values_of(people_table(format, with_titles=False))
    assert len(values) > 20
    for with_titles in (False, True):
        folder = tmp_path / str(with_titles)
        put_it_everywhere(folder, people_table(format, with_titles))
        done = casefinder(*(word.format(file=folder / "x", folder=folder) for word in COMMANDS[command]))
        said = (done.stdout + done.stderr).lower()
        assert done.returncode not in (0, 1), said
        assert [value for value in values if value in said] == []


def put_it_everywhere(folder: Path, text: bytes) -> None:
    folder.mkdir()
    for name in ("x.csv", "x.yaml", "x.toml", "empty.yaml", "instep.patients.yaml", "cancer.csv", "cancer.yaml"):
        (folder / name).write_bytes(text)
    (folder / "empty.csv").write_text("code,system,term\n")
    (folder / "instep.yaml").write_bytes(Path("rules/instep.yaml").read_bytes())
