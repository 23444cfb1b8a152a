"""What the workbook says to the people who review a list, in their words."""

from __future__ import annotations

NOBODY_FOUND = (
    "Nobody was found: no one at this practice meets the rule on this extract. There is nothing to review. "
    "If that is a surprise, read how the list was made (sheet “About this list”) and look at the counts of the run."
)

# (heading, ((label, text), ...)).
SECTIONS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "How to use this list",
        (
            ("1. Look", "Go through the people on the sheet “Invitation list”. Open the record where you are unsure."),
            (
                "2. Decide",
                "In the shaded column “decision” choose approved, rejected or later. Rejected needs a reason:"
                " until it has one, the cell says “(reason?)”.",
            ),
            ("3. Sign", "Put your name or initials in “reviewer” and the day in “reviewed_on”."),
            ("4. Save", "Under the same name, as an Excel workbook (.xlsx)."),
            (
                "Rows left empty",
                "Count as not looked at, and “later” as not yet decided. No letter may go to either.",
            ),
            (
                "Filter and sort",
                "The other cells are locked against slips, without a password. The filter arrows work as they"
                " are. To sort, first choose Review, then Unprotect Sheet.",
            ),
            (
                "The CSV file",
                "The file of the same name that ends in .csv is for programs. Do not open it in Excel: "
                "leading zeros go and long numbers change. Use this workbook.",
            ),
        ),
    ),
    (
        "Is this person in work?",
        (
            (
                "The search cannot tell",
                "No code says reliably who is out of work. Employment is seldom recorded, and a sickness "
                "certificate is given to people who have a job as well as to people who have none.",
            ),
            (
                "So",
                "“none” and “out_of_work” in the column in_work_evidence prove nothing. If you or a colleague know "
                "that someone is in work, reject them with that reason. If nobody knows, the reply slip asks.",
            ),
        ),
    ),
    (
        "What it may not be used for",
        (
            (
                "Not a mailing list",
                "Nobody may be written to, telephoned or messaged before someone at the practice has approved them.",
            ),
            (
                "Not to leave the practice",
                "It names patients and gives reasons from their records. Do not send it to the research team,"
                " the network or a mail house. They get counts, or the letters file of the people approved.",
            ),
            (
                "Not for anything else",
                "It is for this study's invitations: not for care, for benefits, or for another study.",
            ),
            ("Not proof", "Being on it does not mean that someone is out of work, can take part, or wants to."),
            ("Not to be kept", "Destroy it, and any printed copy, when the study's protocol says."),
        ),
    ),
)

# The last row under "What the columns mean".
SIGNS = (
    "Odd signs",
    "An apostrophe is put before any text that begins with = + - or @, so that no program takes it for a "
    "formula. Leave it out when you copy the text. A character that cannot be printed is shown as \ufffd.",
)
