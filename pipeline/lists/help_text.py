"""What the workbook tells the people who review a list. What each column means is in `columns.py`."""

from __future__ import annotations

NOBODY_FOUND = (
    "You have no one to review today: in this extract, no one at this practice meets the rule. "
    "If that surprises you, see how the list was made on the sheet “About this list”, and check the run's counts."
)

# (heading, ((label, text), ...)).
SECTIONS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "How to use this list",
        (
            ("1. Look", "Go through everyone on the sheet “Invitation list”. If you are unsure, open their record."),
            (
                "2. Decide",
                "In the shaded column “Decision”, choose approved, rejected or later. If you reject someone, choose a"
                " reason too: until you do, the cell shows “(reason?)”. A note beside the cell says what to judge.",
            ),
            ("3. Sign", "Enter your name or initials in “Reviewer” and the date in “Reviewed on”."),
            ("4. Save", "Keep the same file name and save as an Excel workbook (.xlsx)."),
            (
                "Rows left empty",
                "An empty row counts as not looked at, and “later” as not yet decided. Do not send a letter in either"
                " case.",
            ),
            (
                "Filter and sort",
                "Use the arrows in the headings, which keep each person's row together. The cells of the record refuse"
                " what you type over them, but not what you paste. A wrong NHS number turns red: undo the change.",
            ),
            (
                "On paper",
                "Print the sheet “To print”. It has the same people in the same order, a block for each, and boxes for"
                " your decision. Then copy your decisions into this workbook.",
            ),
            (
                "The CSV file",
                "The file of the same name that ends in .csv is for other programs. Do not open it in Excel: "
                "it drops leading zeros and changes long numbers. Use this workbook instead.",
            ),
        ),
    ),
    (
        "Is this person in work?",
        (
            (
                "The search cannot tell",
                "No code says reliably who is out of work. Employment is rarely recorded, and people who have a job "
                "get sickness certificates as well as people who do not.",
            ),
            (
                "What this means",
                "“Not known” and “Out of work” in the column “In work?” prove nothing. If you or a colleague know "
                "that someone is in work, reject them for that reason. If no one knows, the reply slip asks.",
            ),
        ),
    ),
    (
        "What you must not use it for",
        (
            (
                "Not a mailing list",
                "Do not write to, phone or message anyone until someone at the practice has approved them.",
            ),
            (
                "Not to leave the practice",
                "It names patients and gives details from their records. Do not send it to the research team,"
                " the network or a mailing company. They get counts, or the letters file of the people approved.",
            ),
            (
                "Not for anything else",
                "It is for this study's invitations. Do not use it for care, for benefits or for another study.",
            ),
            ("Not proof", "Being on the list does not mean that someone is out of work, can take part or wants to."),
            ("Not to be kept", "Destroy it, and any printed copies, when the study's protocol says so."),
        ),
    ),
)

# The last row under "What the columns mean".
SIGNS = (
    "Unusual characters",
    "Text that begins with = + - or @ has an apostrophe in front, so that no program treats it as a formula. "
    "Leave the apostrophe out when you copy the text. A character that cannot be printed is shown as \ufffd.",
)
