"""What the documents say of the project is so: the commands they name, the citation, the commit hooks."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.core import TyperGroup
from typer.main import get_command

from cli.main import app
from tests.documents.architecture import ROOT
from tests.functional.test_help import every_command
from tests.test_documents import DOCUMENTS


def read(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def test_the_citation_names_this_version_and_licence() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = read("CITATION.cff")
    assert citation["cff-version"] == "1.2.0"
    assert {"message", "title", "authors"} <= citation.keys()
    assert (citation["version"], citation["license"]) == (project["version"], project["license"])
    assert [author["name"] for author in citation["authors"]] == [author["name"] for author in project["authors"]]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_make_target_and_command_named_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    targets = re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    assert set(re.findall(r"(?:^    |`)make ([a-z-]+)", text, re.M)) <= set(targets)
    commands = {name.removeprefix("casefinder "): command for name, command in every_command(get_command(app))}
    groups = {name for name, command in commands.items() if isinstance(command, TyperGroup)}
    named = re.findall(r"(?:^    [\w./]*|`)casefinder ([a-z]+)(?: ([a-z-]+\b(?![.=/])))?", text, re.M)
    assert [name for name in named if (" ".join(name) if name[0] in groups else name[0]).strip() not in commands] == []


def test_the_hooks_run_the_linters_of_the_environment() -> None:
    repositories = read(".pre-commit-config.yaml")["repos"]
    assert [repository["repo"] for repository in repositories] == ["local"]
    hooks = [hook for repository in repositories for hook in repository["hooks"]]
    assert {hook["language"] for hook in hooks} == {"system"}
    assert all(hook["entry"].startswith(".venv/bin/") for hook in hooks)
