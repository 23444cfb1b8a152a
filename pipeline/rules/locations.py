"""What stands at a location of a rule's value, and the same value with something else there."""

from __future__ import annotations

from pipeline.rules.yaml_source import Location, Value


def find(value: Value, location: Location) -> Location:
    """A model's location without the parts that only name which of several shapes was tried."""
    found: list[str | int] = []
    for number, part in enumerate(location):
        following = location[number + 1 :][:1]
        child = _child(value, part)
        names_a_shape = following and _child(child, following[0]) is None and _child(value, following[0]) is not None
        if part == "[key]" or ((child is None or names_a_shape) and following):
            continue
        found.append(part)
        value = child if child is not None else ""
    return tuple(found)


def _child(value: Value | None, part: str | int) -> Value | None:
    if isinstance(value, dict):
        return value.get(str(part))
    return value[part] if isinstance(value, tuple) and isinstance(part, int) and part < len(value) else None


def at(value: Value, location: Location) -> Value | None:
    here: Value | None = value
    for part in location:
        here = _child(here, part)
    return here


def put(value: Value, location: Location, new: Value | None) -> Value:
    """The value with something else at a location; None takes a key out."""
    if not location:
        return value if new is None else new
    head, rest = location[0], location[1:]
    if isinstance(value, dict):
        inner = new if not rest else put(value.get(str(head), {}), rest, new)
        changed: dict[str | int, Value | None] = {
            key: (inner if key == head else one) for key, one in {**value, str(head): ""}.items()
        }
        return {str(key): one for key, one in changed.items() if one is not None}
    if isinstance(value, tuple):
        return tuple(put(one, rest, new) if number == head else one for number, one in enumerate(value))
    return value
