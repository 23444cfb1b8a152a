"""The columns of the review list, in order. The CSV, the workbook and its help are all made from these entries.

To add a column, add its entry here and the field it reads to `ListRow`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pipeline.lists.row import ListProvenance, ListRow
from pipeline.lists.work_words import work_words
from pipeline.vocabulary import DECISIONS

# An identifier is digits kept as text. Lines are text in which we put the line breaks.
Kind = Literal["text", "identifier", "lines", "day"]
Value = str | date | None


@dataclass(frozen=True)
class Column:
    """One column. `read` takes its value from a row; if there is none, the reviewer fills the column in.

    `heading`: what the workbook shows in place of the name. `show`: what it shows in place of the value.
    `width`: in characters. `help`: shown on the second sheet, and when the heading is selected (Excel shows at most 255
    characters there). `may_wrap`: its text may need several lines, so it sets the row's height. `stays_in_sight`: it
    does not scroll away sideways; these columns come first. `bold`: values shown in bold. `choices`: what the reviewer
    may choose.
    """

    name: str
    heading: str
    width: float
    kind: Kind
    help: str
    read: Callable[[ListRow], Value] | None
    show: Callable[[ListRow], Value] | None = None
    may_wrap: bool = False
    stays_in_sight: bool = False
    bold: tuple[str, ...] = ()
    choices: Callable[[ListProvenance], tuple[str, ...]] | None = None

    @property
    def is_for_reviewer(self) -> bool:
        return self.read is None

    @property
    def choices_name(self) -> str:
        """The name under which the workbook keeps the choices."""
        return f"{self.name}_choices"


# For the screen. What is printed is the sheet "To print".
COLUMNS = (
    Column(
        "study_code",
        "Study code",
        12,
        "identifier",
        "The person's study code. Empty if they do not have one yet.",
        lambda row: row.study_code,
        stays_in_sight=True,
    ),
    Column(
        "nhs_number",
        "NHS number",
        12,
        "identifier",
        "NHS number, kept as text.",
        lambda row: row.nhs_number,
        stays_in_sight=True,
    ),
    Column(
        "local_number",
        "Local number",
        12,
        "identifier",
        "The practice's own number for this person, kept as text.",
        lambda row: row.local_number,
        stays_in_sight=True,
    ),
    Column("title", "Title", 6, "text", "Title.", lambda row: row.title, stays_in_sight=True),
    Column(
        "given_name",
        "Given name",
        12,
        "text",
        "Given name.",
        lambda row: row.given_name,
        may_wrap=True,
        stays_in_sight=True,
    ),
    Column("surname", "Surname", 14, "text", "Surname.", lambda row: row.surname, may_wrap=True, stays_in_sight=True),
    Column(
        "date_of_birth",
        "Born (age)",
        15,
        "day",
        "Date of birth: day, month, year. The age in years is in brackets.",
        lambda row: row.date_of_birth,
    ),
    Column("sex", "Sex", 6.5, "text", "Sex, as recorded.", lambda row: row.sex),
    Column(
        "why",
        "Why they are listed",
        60,
        "lines",
        "Why this person is on the list: each part of the rule they meet, and the entries in the record that show it. "
        "“Nominated” means that someone put them forward.",
        lambda row: row.why,
        may_wrap=True,
    ),
    Column(
        "in_work_evidence",
        "In work?",
        13,
        "text",
        "What the record says about work, in a word or two. “Not known” means that no entry says.",
        lambda row: row.in_work_evidence,
        show=lambda row: work_words(row.in_work_evidence),
        bold=("in_work", "conflicting"),
    ),
    Column(
        "in_work_because",
        "What the record says about work",
        34,
        "text",
        "The newest entries in the record that say something about work, with their dates.",
        lambda row: row.in_work_because,
        may_wrap=True,
    ),
    Column(
        "flags",
        "To consider",
        24,
        "text",
        "Things to consider before you decide. No one is left off the list because of them.",
        lambda row: row.flags,
        may_wrap=True,
    ),
    Column(
        "first_listed", "First listed", 11, "day", "The day this person was first listed.", lambda row: row.first_listed
    ),
    Column(
        "decision",
        "Decision",
        12,
        "text",
        "For you: approved, rejected or later. Empty means that no one has looked yet.",
        None,
        choices=lambda _: DECISIONS,
    ),
    Column(
        "reason",
        "Reason",
        26,
        "text",
        "For you: why you rejected them. You must choose one if the decision is rejected.",
        None,
        choices=lambda about: about.reasons,
    ),
    Column("reviewer", "Reviewer", 12, "text", "For you: your name or initials.", None),
    Column("reviewed_on", "Reviewed on", 12, "day", "For you: the day you decided.", None),
)


def place(name: str) -> int:
    """Which column this is, from 0."""
    return [column.name for column in COLUMNS].index(name)
