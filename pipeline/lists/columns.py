"""The columns of the review list, in order. The CSV, the workbook and its help are all made from these entries.

To add a column, add its entry here and the field it reads to `ListRow`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pipeline.lists.row import ListRow
from pipeline.lists.work_words import work_words
from pipeline.vocabulary import DECISIONS, REJECTION_REASONS

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
    choices: tuple[str, ...] = ()

    @property
    def is_for_reviewer(self) -> bool:
        return self.read is None

    @property
    def choices_name(self) -> str:
        """The name under which the workbook keeps the choices."""
        return f"{self.name}_choices"


# Together they fit the width of landscape A4 at 70% of full size: 7 point type.
COLUMNS = (
    Column(
        "study_code",
        "Study code",
        9.5,
        "identifier",
        "The person's study code. Empty if they do not have one yet.",
        lambda row: row.study_code,
        stays_in_sight=True,
    ),
    Column(
        "nhs_number",
        "NHS number",
        10.5,
        "identifier",
        "NHS number, kept as text.",
        lambda row: row.nhs_number,
        stays_in_sight=True,
    ),
    Column(
        "local_number",
        "Local number",
        11,
        "identifier",
        "The practice's own number for this person, kept as text.",
        lambda row: row.local_number,
        stays_in_sight=True,
    ),
    Column("title", "Title", 5, "text", "Title.", lambda row: row.title, stays_in_sight=True),
    Column(
        "given_name",
        "Given name",
        10,
        "text",
        "Given name.",
        lambda row: row.given_name,
        may_wrap=True,
        stays_in_sight=True,
    ),
    Column("surname", "Surname", 12, "text", "Surname.", lambda row: row.surname, may_wrap=True, stays_in_sight=True),
    Column(
        "date_of_birth",
        "Born (age)",
        11,
        "day",
        "Date of birth: day, month, year. The age in years is in brackets.",
        lambda row: row.date_of_birth,
    ),
    Column("sex", "Sex", 6.5, "text", "Sex, as recorded.", lambda row: row.sex),
    Column(
        "why",
        "Why they are listed",
        36,
        "lines",
        "Why this person is on the list: each part of the rule they meet, and the entries in the record that show it. "
        "“Nominated” means that someone put them forward.",
        lambda row: row.why,
        may_wrap=True,
    ),
    Column(
        "in_work_evidence",
        "In work?",
        13.5,
        "text",
        "What the record says about work, in a word or two. “Not recorded” means that the record does not say.",
        lambda row: row.in_work_evidence,
        show=lambda row: work_words(row.in_work_evidence),
        bold=("in_work", "conflicting"),
    ),
    Column(
        "in_work_because",
        "What the record says about work",
        19,
        "text",
        "The newest entries in the record that say something about work, with their dates.",
        lambda row: row.in_work_because,
        may_wrap=True,
    ),
    Column(
        "flags",
        "To consider",
        15,
        "text",
        "Things to consider before you decide. No one is left off the list because of them.",
        lambda row: row.flags,
        may_wrap=True,
    ),
    Column(
        "first_listed", "First listed", 10, "day", "The day this person was first listed.", lambda row: row.first_listed
    ),
    Column(
        "decision",
        "Decision",
        10,
        "text",
        "For you: approved, rejected or later. Empty means that no one has looked yet.",
        None,
        choices=DECISIONS,
    ),
    Column(
        "reason",
        "Reason",
        14,
        "text",
        "For you: why you rejected them. You must choose one if the decision is rejected.",
        None,
        choices=REJECTION_REASONS,
    ),
    Column("reviewer", "Reviewer", 8.5, "text", "For you: your name or initials.", None),
    Column("reviewed_on", "Reviewed on", 10, "day", "For you: the day you decided.", None),
)


def place(name: str) -> int:
    """Which column this is, from 0."""
    return [column.name for column in COLUMNS].index(name)
