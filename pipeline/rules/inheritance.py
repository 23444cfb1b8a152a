"""A rule that extends another: what it says replaces what the other said, the rest stays."""

from __future__ import annotations

from pathlib import Path

from pipeline.codes.findings import not_known
from pipeline.errors import RuleError
from pipeline.rules.criteria import KINDS
from pipeline.rules.yaml_source import Problem, Source, Value, read_source

OWN = ("rule", "version", "title", "extends", "drop", "changes")  # never taken over from the rule extended
MERGED = ("population", "criteria", "in_work", "limit")  # said piece by piece; any other key is replaced whole
DEEPEST = 5
LONGEST_NAME = 100


def shipped_folder() -> Path:
    """The rules that come with Casefinder: beside `pipeline`, in a checkout as in an installed wheel."""
    return Path(__file__).resolve().parents[2] / "rules"


def read_extended(path: Path, depth: int = 0) -> tuple[Source, Value]:
    """A rule file and its value, those of the rule it extends filled in. Problems stay in the source."""
    source = read_source(path)
    value = source.value()
    parent = value.get("extends") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(parent, str):
        return source, value
    try:
        source.extended, other = _read_other(source, parent, depth)
    except RuleError as error:
        source.is_cut_off = True
        source.problems.append(Problem(source.place(("extends",)), str(error)))
        return source, value
    if not isinstance(other, dict):
        return source, value
    kept, source.inherited = _drop(other, value)
    return source, _take_over(kept, value)


def _drop(other: dict[str, Value], own: dict[str, Value]) -> tuple[dict[str, Value], tuple[str, ...]]:
    """What the other rule says without the criteria that are dropped, and the names of all that it has.

    One that is written as well is kept, so that the check can refuse it.
    """
    criteria, names, written = other.get("criteria"), own.get("drop"), own.get("criteria")
    if not isinstance(criteria, dict):
        return other, ()
    dropped = set(names if isinstance(names, tuple) else ()) - {*(written if isinstance(written, dict) else ())}
    kept = {name: one for name, one in criteria.items() if name not in dropped}
    return {**other, "criteria": kept}, tuple(criteria)


def _read_other(source: Source, name: str, depth: int) -> tuple[Source, Value]:
    """The rule of this name beside the file, else among those shipped."""
    if depth == DEEPEST:
        raise RuleError("rules extend each other too deeply, or in a circle")
    places = (source.path.parent, shipped_folder())
    for place in places:
        if _is_bare(name) and (place / f"{name}.yaml").is_file():
            return _read_usable(place / f"{name}.yaml", name, depth)
    known = sorted({path.stem for place in places for path in place.glob("*.yaml") if "." not in path.stem})
    raise RuleError(not_known("rule", name, known))


def _read_usable(path: Path, name: str, depth: int) -> tuple[Source, Value]:
    try:
        return read_extended(path, depth + 1)
    except RuleError as error:
        raise RuleError(f"the rule '{name}' cannot be used:\n{error}") from None


def _is_bare(name: str) -> bool:
    """No path, and no longer than a file system takes."""
    return Path(name).name == name and len(name) <= LONGEST_NAME


def _take_over(other: dict[str, Value], own: dict[str, Value]) -> dict[str, Value]:
    kept = {key: value for key, value in other.items() if key not in OWN}
    return kept | {key: _merge(kept[key], said) if key in MERGED and key in kept else said for key, said in own.items()}


def _merge(other: Value, own: Value) -> Value:
    """Keys of both, down to the last; a criterion of another kind replaces the old one whole."""
    if not isinstance(other, dict) or not isinstance(own, dict) or _kind(own) not in ([], _kind(other)):
        return own
    return other | {key: _merge(other[key], value) if key in other else value for key, value in own.items()}


def _kind(value: dict[str, Value]) -> list[str]:
    return [kind for kind in KINDS if kind in value]
