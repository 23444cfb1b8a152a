"""Small drawings as SVG text, the same bytes each time: what the documents' pictures are made of."""

from __future__ import annotations

from html import escape

FONT = "Arial, Helvetica, sans-serif"
INK = "#212b32"  # the NHS design system's text, borders and pale grey, as in the workbook
LINE = "#aeb7bd"
PALE = "#e8edee"
BLUE = "#005eb8"


def box(x: float, y: float, width: float, height: float, fill: str = "#ffffff", stroke: str = LINE) -> str:
    """A rectangle; sizes in pixels."""
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" fill="{fill}" stroke="{stroke}"/>'


def text(x: float, y: float, words: str, size: int = 12, *, bold: bool = False, fill: str = INK) -> str:
    """One line; `y` is its baseline."""
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x:g}" y="{y:g}" font-size="{size}" fill="{fill}"{weight}>{escape(words)}</text>'


def drawing(width: float, height: float, title: str, parts: list[str]) -> str:
    """The whole file. `title` is what a screen reader says."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
        f'height="{height:g}" font-family="{FONT}" role="img">\n<title>{escape(title)}</title>\n'
    )
    return head + "\n".join([box(0, 0, width, height, stroke="none"), *parts]) + "\n</svg>\n"
