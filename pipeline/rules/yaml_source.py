"""A YAML file as plain Python, and where in the file each value stands.

Stricter than YAML 1.1: no anchors or tags, no key twice, no `no` that turns into false, no number that is not plain
digits. Every problem is collected, with its line and column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import yaml

from pipeline.errors import RuleError
from pipeline.files.bounded import read_small

Location = tuple[str | int, ...]
Value = str | int | float | bool | dict[str, "Value"] | tuple["Value", ...]

LARGEST = 100_000  # bytes; the longest rule seen is a tenth of this
DEEPEST = 40

_DECIMAL = re.compile(r"-?\d{1,9}\.\d{1,9}")
_WHOLE_NUMBER = re.compile(r"0|-?[1-9]\d{0,8}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_ALLOWED_EVENTS = (
    yaml.StreamStartEvent,
    yaml.StreamEndEvent,
    yaml.DocumentStartEvent,
    yaml.DocumentEndEvent,
    yaml.ScalarEvent,
    yaml.CollectionStartEvent,
    yaml.CollectionEndEvent,
)


class Mark(Protocol):
    """A place in a file, counted from 0."""

    line: int
    column: int


@dataclass(frozen=True)
class Problem:
    """Something wrong in a rule file, at a place (`file:line:col`)."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


@dataclass
class Source:
    """A parsed file: its bytes, the node behind every location, and what was wrong with the YAML itself."""

    path: Path
    data: bytes
    root: yaml.Node
    problems: list[Problem] = field(default_factory=list)
    extended: Source | None = None  # the file this one extends, which says what this one leaves out
    inherited: tuple[str, ...] = ()  # the criteria of that file
    is_cut_off: bool = False  # it extends a rule that cannot be read

    def place(self, location: Location) -> str:
        """`file:line:col` of the nearest node to a location; parts that are not keys here are passed over."""
        source = self._nearest(location)
        return source.place_of(_walk(source.root, location)[0].start_mark)

    def key_place(self, location: Location) -> str:
        """The place of the key itself, for a key that should not be there."""
        source = self._nearest(location)
        node = _walk(source.root, location, stop_before_last=True)[0]
        keys = [key for key, _ in node.value if key.value == location[-1]] if isinstance(node, yaml.MappingNode) else []
        return source.place_of((keys or [node])[0].start_mark)

    def _nearest(self, location: Location) -> Source:
        """The file that says what stands at a location: this one, unless the one it extends knows more of it."""
        if self.extended and _walk(self.extended.root, location)[1] > _walk(self.root, location)[1]:
            return self.extended._nearest(location)
        return self

    def place_of(self, mark: Mark | None) -> str:
        return _place(self.path, mark)

    def value(self) -> Value:
        return _build(self, self.root)


def _place(path: Path, mark: Mark | None) -> str:
    return f"{path.name}:{mark.line + 1}:{mark.column + 1}" if mark else path.name


def _walk(node: yaml.Node, location: Location, stop_before_last: bool = False) -> tuple[yaml.Node, int]:
    """The node at a location, and how many of its parts led somewhere.

    A model's location also names which of several shapes was tried, in a key's own words: such a part leads nowhere,
    which shows when the next part is a key of this node and not of the one it leads to.
    """
    steps = 0
    for number, part in enumerate(location):
        following = location[number + 1] if number + 1 < len(location) else None
        child = _child(node, part)
        names_a_shape = following is not None and child is not None and not _child(child, following)
        if child is None or (names_a_shape and _child(node, following)):
            continue
        steps += 1
        if stop_before_last and following is None:
            break
        node = child
    return node, steps


def _child(node: yaml.Node, part: str | int | None) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == part), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        child: yaml.Node = node.value[part]
        return child
    return None


def read_source(path: Path) -> Source:
    """Parse a file. Raises RuleError when it is no YAML that could hold a rule."""
    data = _read(path)
    text = _decode(path, data)
    try:
        _refuse_strange_parts(path, text)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        place = _place(path, error.problem_mark or error.context_mark)
        raise RuleError(f"{place}: this is not valid YAML: {error.problem or error.context}") from None
    except (yaml.YAMLError, RecursionError, ValueError):
        raise RuleError(f"{path.name}: this is not valid YAML") from None
    if not isinstance(root, yaml.MappingNode):
        raise RuleError(f"{path.name}:1:1: a rule file starts with 'rule: <its name>'")
    return Source(path, data, root)


def _read(path: Path) -> bytes:
    try:
        return read_small(path, LARGEST)
    except FileNotFoundError:
        raise RuleError(
            f"{path}: cannot find this rule file. Give the path of a YAML file, or the name of a rule that comes with "
            "Casefinder, such as instep."
        ) from None
    except OSError as error:
        raise RuleError(f"{path}: cannot read this rule file: {error.strerror}") from None


def _decode(path: Path, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise RuleError(f"{path.name}:{line}: not UTF-8 text. Save the file as UTF-8") from None


def _refuse_strange_parts(path: Path, text: str) -> None:
    """Anchors, aliases, tags and second documents have no use in a rule and many abuses."""
    depth = documents = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        strange = (
            not isinstance(event, _ALLOWED_EVENTS) or getattr(event, "anchor", None) or getattr(event, "tag", None)
        )
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        documents += isinstance(event, yaml.DocumentStartEvent)
        if strange or depth > DEEPEST or documents > 1:
            reason = (
                "rules use no anchors, aliases, tags or second documents" if depth <= DEEPEST else "nested too deeply"
            )
            raise RuleError(f"{_place(path, event.start_mark)}: {reason}")


def _build(source: Source, node: yaml.Node) -> Value:
    if isinstance(node, yaml.MappingNode):
        return dict(_pairs(source, node))
    if isinstance(node, yaml.SequenceNode):
        return tuple(_build(source, item) for item in node.value)
    return _scalar(source, node)


def _pairs(source: Source, node: yaml.MappingNode) -> Iterator[tuple[str, Value]]:
    seen: dict[str, yaml.Node] = {}
    for key_node, value_node in node.value:
        place = source.place_of(key_node.start_mark)
        if not isinstance(key_node, yaml.ScalarNode):
            source.problems.append(Problem(place, "a key must be a word"))
            continue
        if key_node.value in seen:
            first = source.place_of(seen[key_node.value].start_mark)
            source.problems.append(Problem(place, f"'{key_node.value}' is written twice; it is already at {first}"))
            continue
        seen[key_node.value] = key_node
        yield key_node.value, _build(source, value_node)


def _scalar(source: Source, node: yaml.Node) -> Value:
    """Quoted is text, as a day is; plain digits are a number; true and false themselves. Other guesses are refused."""
    assert isinstance(node, yaml.ScalarNode)
    text: str = node.value
    if node.style is not None or node.tag == "tag:yaml.org,2002:str":
        return text
    if node.tag == "tag:yaml.org,2002:timestamp" and _DAY.fullmatch(text):
        return text
    if node.tag == "tag:yaml.org,2002:int" and _WHOLE_NUMBER.fullmatch(text):
        return int(text)
    if node.tag == "tag:yaml.org,2002:float" and _DECIMAL.fullmatch(text):
        return float(text)
    if node.tag == "tag:yaml.org,2002:bool" and text in ("true", "false"):
        return text == "true"
    wanted = "a value is missing here" if not text else f"'{text}' could be read in 2 ways: put it in quotes"
    source.problems.append(Problem(source.place_of(node.start_mark), wanted))
    return text
