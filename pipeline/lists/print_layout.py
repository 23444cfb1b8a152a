"""What the sheets share: their colours, and how they come out on paper."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from pipeline.lists.cells import say_day
from pipeline.lists.row import ListProvenance
from pipeline.lists.text_safety import make_safe

# Ink on shade is 12:1 or more (WCAG AA asks 4.5:1), and all four still differ in black and white.
INK, GREY, LINE, SHADE = "#212B32", "#E8EDEE", "#C5CDD2", "#FFF7D6"

_A4 = 9
_LONGEST = 75  # Excel takes 255 characters for a whole header


def set_page(sheet: Worksheet, about: ListProvenance) -> None:
    """A4, one page wide, with a header and footer that say whose list it is and that it is confidential."""
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.3, right=0.3, top=0.9, bottom=0.6)
    made = f"Extract of {say_day(about.extract_date)}\nRule version {about.rule_version}"
    sheet.set_header(f"&L&BInvitation list: {_on_page(about.study)}&B\n{_on_page(about.practice)}&R{made}")
    sheet.set_footer("&L&BConfidential: patient data&RPage &P of &N")


def _on_page(text: str) -> str:
    """`text` for a header: not too long, and with its ampersands doubled, as one begins a command there."""
    safe = make_safe(text)
    return (safe if len(safe) <= _LONGEST else f"{safe[: _LONGEST - 1]}…").replace("&", "&&")
