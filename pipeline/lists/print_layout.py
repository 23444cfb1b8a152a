"""What the sheets share: their colours, and how they print."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from pipeline.lists.cells import say_day
from pipeline.lists.row import ListProvenance
from pipeline.lists.text_safety import make_safe

# Text contrast is 12:1 or more (WCAG AA asks for 4.5:1), and the four can be told apart in black and white.
INK, GREY, LINE, SHADE = "#212B32", "#E8EDEE", "#C5CDD2", "#FFF7D6"

_A4 = 9
_LONGEST = 75  # characters; Excel allows 255 for a whole header


def set_page(sheet: Worksheet, about: ListProvenance) -> None:
    """A4, one page wide, with a header and footer saying which practice the list is for and that it is confidential."""
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.3, right=0.3, top=0.9, bottom=0.6)
    made = f"Extract date {say_day(about.extract_date)}\nRule version {about.rule_version}"
    sheet.set_header(f"&L&BInvitation list: {_on_page(about.study)}&B\n{_on_page(about.practice)}&R{made}")
    sheet.set_footer("&L&BConfidential: patient data&RPage &P of &N")


def _on_page(text: str) -> str:
    """`text` for a header: not too long, with ampersands doubled because a single one begins a command."""
    safe = make_safe(text)
    return (safe if len(safe) <= _LONGEST else f"{safe[: _LONGEST - 1]}…").replace("&", "&&")
