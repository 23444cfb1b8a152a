"""Turns the spec tests into the language's reference: `python -m tests.search.manual` prints docs/reference/rules.md.

A test's name becomes a heading, its comments become text, and its tables and expected answer stay as they are. So
the manual holds only what is tested, on every engine.
"""

from __future__ import annotations

import ast
import io
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

HERE = Path(__file__).parent
CHAPTERS = (
    "population",
    "events",
    "bounds",
    "certificates",
    "exclusions",
    "impossible_days",
    "other_records",
    "in_work",
    "trees",
)
INTRODUCTION = """\
# The rule language, by example

Every example here is a test. It runs on DuckDB, on SQLite and on a plain-Python reading of the language, unless it
checks the SQL itself or tables that only SQL has (spells, attrition). `make docs` writes this file from the tests, and
a test fails if it is out of date. [How a rule is read](../reading-rules.md) gives the same rules in a table, and
`casefinder rule describe` puts one rule into plain English.
"""


def render() -> str:
    """The whole reference as Markdown."""
    return "\n".join([INTRODUCTION, *(line for chapter in CHAPTERS for line in _chapter(HERE / f"test_{chapter}.py"))])


def _chapter(path: Path) -> Iterator[str]:
    source = path.read_text(encoding="utf-8")
    module = ast.parse(source)
    yield f"## {path.stem.removeprefix('test_').capitalize()}\n"
    yield f"{ast.get_docstring(module)}\n"
    constants = [node for node in module.body if isinstance(node, ast.Assign) and _is_text(node.value)]
    if constants:
        yield _code("\n\n".join(ast.get_source_segment(source, node) or "" for node in constants))
    for node in module.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and not _is_generated(node):
            yield from _example(source, node)


def _example(source: str, test: ast.FunctionDef) -> Iterator[str]:
    yield f"### {_heading(test.name)}\n"
    lines = source.splitlines()[test.body[0].lineno - 1 : test.end_lineno]
    above = source.splitlines()[test.lineno : test.body[0].lineno - 1]
    prose = " ".join(line.strip().lstrip("# ") for line in above if line.strip().startswith("#"))
    said = ast.get_docstring(test)
    body = dedent("\n".join(lines[len((said or "").splitlines()) :] if said else lines))
    yield from (f"{text}\n" for text in (said, prose, " ".join(_comments(body))) if text)
    yield _code("\n".join(line for line in body.splitlines() if not line.strip().startswith("#")).strip())


def _comments(body: str) -> Iterator[str]:
    tokens = tokenize.generate_tokens(io.StringIO(body).readline)
    yield from (token.string.lstrip("# ") for token in tokens if token.type == tokenize.COMMENT and token.start[1] == 0)


def _heading(name: str) -> str:
    words = name.removeprefix("test_").replace("_", " ")
    return words[:1].upper() + words[1:]


def _is_text(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def _is_generated(test: ast.FunctionDef) -> bool:
    """Property tests draw their own examples, and have none to show."""
    return any("given" in ast.dump(decorator) for decorator in test.decorator_list)


def _code(text: str) -> str:
    return f"```python\n{text}\n```\n"


if __name__ == "__main__":
    sys.stdout.write(render())
