"""Lays a step's SQL out in lines, for people to read. Nothing but white space changes.

It knows only the subset of SQL that the compiler writes: a clause a line, a nested SELECT indented, and a line too long
broken at its commas, ANDs or WHENs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import indent

WIDTH = 88
STEP = "  "
CLAUSES = ("WITH", "SELECT", "FROM", "JOIN", "LEFT", "WHERE", "GROUP", "HAVING", "UNION")
BREAKS = ("AND", "OR", "ORDER", "ROWS", "*", "+", "THEN")  # where a line too long may go on in the next
KEEPS = {"BETWEEN": "AND", "LEFT": "JOIN"}  # words that belong to the one before
_TOKEN = re.compile(r"(\s*)('[^']*'|[(),]|[^\s(),']+)")
_Tokens = Iterator[tuple[str, str]]


@dataclass(frozen=True)
class Word:
    """A word, number or sign, and whether white space stands before it."""

    is_spaced: bool
    text: str


@dataclass(frozen=True)
class Group:
    """What stands between brackets, or between CASE and END."""

    is_spaced: bool
    opens: str
    inside: tuple[Node, ...]


Node = Word | Group
CLOSES = {"(": ")", "CASE": "END"}


def lay_out_sql(sql: str) -> str:
    """The same SQL, in lines."""
    return _query(_read(iter(_TOKEN.findall(sql)), ""))


def _read(tokens: _Tokens, close: str) -> tuple[Node, ...]:
    """Words and groups, up to the word that closes this one."""
    found: list[Node] = []
    for space, text in tokens:
        if text == close:
            break
        word = Word(bool(space), text)
        found.append(Group(bool(space), text, _read(tokens, CLOSES[text])) if text in CLOSES else word)
    return tuple(found)


def _query(nodes: Sequence[Node]) -> str:
    return "\n".join(_clause(part) for part in _split(nodes, CLAUSES))


def _clause(nodes: Sequence[Node]) -> str:
    """A clause on one line or, where that is too long, its parts below its first word."""
    text, head, rest = _text(nodes), nodes[0], nodes[1:]
    if not isinstance(head, Word) or head.text not in ("SELECT", "WHERE", "HAVING"):
        return text
    if not _is_long(text) and "\n" not in text:
        return text
    return _below(head.text, _parts(rest) if head.text == "SELECT" else [_text(p) for p in _split(rest, ("AND",))])


def _parts(nodes: Sequence[Node]) -> list[str]:
    """What commas set apart, each a line; what is still too long goes on at one of `BREAKS`. A window has no commas."""
    if _is(nodes[0], ("PARTITION",)):
        return [_text(part) for part in _split(nodes, BREAKS)]
    return [_broken(part) for part in _split_after_commas(nodes)]


def _broken(nodes: Sequence[Node]) -> str:
    text = _text(nodes)
    if not _is_long(text):
        return text
    first, *rest = (_text(part) for part in _split(nodes, BREAKS))
    return _below(first, rest)


def _below(head: str, parts: Sequence[str]) -> str:
    return "\n".join([head, *(indent(part, STEP) for part in parts)])


def _is_long(text: str) -> bool:
    return any(len(line) > WIDTH for line in text.splitlines())


def _is(node: Node, words: Sequence[str]) -> bool:
    return isinstance(node, Word) and node.text in words


def _split(nodes: Sequence[Node], words: Sequence[str]) -> list[list[Node]]:
    """The nodes in parts, each but the first beginning with one of these words. A BETWEEN keeps its AND."""
    parts: list[list[Node]] = []
    kept = ""
    for node in nodes:
        if not parts or (_is(node, words) and not _is(node, (kept,))):
            parts.append([])
        parts[-1].append(node)
        if isinstance(node, Word):
            kept = KEEPS.get(node.text, "" if node.text == kept else kept)
    return parts


def _split_after_commas(nodes: Sequence[Node]) -> list[list[Node]]:
    parts: list[list[Node]] = [[]]
    for node in nodes:
        parts[-1].append(node)
        if _is(node, (",",)):
            parts.append([])
    return parts


def _text(nodes: Sequence[Node]) -> str:
    """The nodes one after another; a nested SELECT, or a group too long for a line, stands on lines of its own."""
    return "".join(f"{' ' if node.is_spaced else ''}{_node(node)}" for node in nodes).strip()


def _node(node: Node) -> str:
    if isinstance(node, Word):
        return node.text
    if node.opens == "CASE":
        return _case(node)
    if node.inside and _is(node.inside[0], ("SELECT", "WITH")):
        return f"(\n{indent(_query(node.inside), STEP)}\n)"
    text = f"({_text(node.inside)})"
    return f"{_below('(', _parts(node.inside))}\n)" if _is_long(text) else text


def _case(node: Group) -> str:
    text = f"CASE {_text(node.inside)} END"
    if not _is_long(text):
        return text
    parts = [_broken(part) for part in _split(node.inside, ("WHEN", "ELSE"))]
    subject = "" if _is(node.inside[0], ("WHEN",)) else f" {parts.pop(0)}"
    return f"{_below(f'CASE{subject}', parts)}\nEND"
