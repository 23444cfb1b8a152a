"""Lines for a terminal, a printed page and a screen reader: plain words, indented and wrapped, nothing drawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from textwrap import wrap

WIDTH = 88
NARROWEST = 40  # columns kept for the words themselves, however deep a tree is nested
TIED = "\u00a0"  # a space at which no line breaks; it is printed as any other


@dataclass(frozen=True)
class Item:
    """A paragraph: its indent in columns, and what comes before its first line (`1. `, `- ` or nothing)."""

    text: str
    indent: int = 2
    marker: str = ""

    @property
    def inside(self) -> int:
        """The indent of whatever belongs under this paragraph."""
        return self.indent + len(self.marker)


@dataclass(frozen=True)
class Section:
    heading: str
    items: tuple[Item, ...]


def lay_out(sections: Iterable[Section]) -> Iterator[str]:
    """Every line, a blank one before each section but the first."""
    for number, section in enumerate(sections):
        if number:
            yield ""
        yield from wrapped(Item(section.heading, 0))
        for item in section.items:
            yield from wrapped(item)


def wrapped(item: Item, widest: int = WIDTH) -> list[str]:
    """A paragraph as lines of at most `widest` columns."""
    width = max(widest, item.inside + NARROWEST)
    lines = wrap(
        printable(item.text),
        width,
        initial_indent=" " * item.indent + item.marker,
        subsequent_indent=" " * item.inside,
        break_on_hyphens=False,
    )
    return [line.replace(TIED, " ") for line in lines]


def printable(text: str) -> str:
    """A rule's own words without what would steer a terminal, one space between two of them."""
    plain = "".join(letter if letter.isprintable() or letter == TIED else " " for letter in text)
    return " ".join(word for word in plain.split(" ") if word)


def bullets(texts: Iterable[str], indent: int = 2) -> list[Item]:
    return [Item(text, indent, "- ") for text in texts]


def sentence(text: str) -> str:
    """With a capital at its beginning and a full stop at its end."""
    stripped = text.strip()
    return f"{stripped[:1].upper()}{stripped[1:]}" + ("" if stripped.endswith((".", "!", "?")) else ".")


def say_date(day: date) -> str:
    """`3 June 2026`, kept on one line."""
    return TIED.join((str(day.day), f"{day:%B}", str(day.year)))
