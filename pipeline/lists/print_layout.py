"""What the sheets share: their colours, and how they print."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from pipeline.lists.cells import say_day
from pipeline.lists.row import ListProvenance
from pipeline.lists.text_safety import make_safe

# Text contrast is 12:1 or more (WCAG AA asks for 4.5:1), and the four can be told apart in black and white.
INK, GREY, LINE, SHADE = "#212B32", "#E8EDEE", "#C5CDD2", "#FFF7D6"

SMALLEST_SCALE = 90  # percent: 10 point type is 9 point on paper

_A4 = 9
_TOP, _BOTTOM = 0.9, 0.6  # inches
PAGE_HEIGHT = (297 / 25.4 - _TOP - _BOTTOM) * 72 - 6  # points between the margins of upright A4, and some to spare
_LONGEST = 75  # characters; Excel allows 255 for a whole header


def set_page(sheet: Worksheet, about: ListProvenance, *, one_page_wide: bool = True) -> None:
    """A4, with a header and footer: the study, the practice, the rule and its version, and that it is confidential."""
    sheet.set_paper(_A4)
    if one_page_wide:
        sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.3, right=0.3, top=_TOP, bottom=_BOTTOM)
    made = f"Extract date {say_day(about.extract_date)}\nRule {_on_page(about.rule)}, version {about.rule_version}"
    sheet.set_header(f"&L&BInvitation list: {_on_page(about.study)}&B\n{_on_page(about.practice)}&R{made}")
    sheet.set_footer("&L&BConfidential: patient data&RPage &P of &N")


def _on_page(text: str) -> str:
    """`text` for a header: not too long, with ampersands doubled because a single one begins a command."""
    safe = make_safe(text)
    return (safe if len(safe) <= _LONGEST else f"{safe[: _LONGEST - 1]}…").replace("&", "&&")
