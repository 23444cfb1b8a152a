"""Every kind of finding in words: what was found, what to do and who to ask. Written for a practice manager."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.quality.judge.finding import Kind
from pipeline.quality.report import what_text
from pipeline.quality.report.what_text import What

SUPPLIER = "The service desk of the supplier that sends the extract."
KEEPER = "The person who looks after Casefinder for you."
STUDY = "The study team responsible for the rule and its code lists."
RECORDS = "The practice's own records or IT lead."

_AGAIN = "Ask for a new extract, and check it before you search again."


@dataclass(frozen=True, kw_only=True)
class FindingText:
    """`looked_for`: the check's name in the table of all checks. `what`: puts one finding of this kind in words."""

    looked_for: str
    what: What
    do: str
    ask: str


FINDING_TEXTS: dict[Kind, FindingText] = {
    Kind.UNREADABLE: FindingText(
        looked_for="Files that cannot be read, or have been changed",
        what=what_text.say_unreadable,
        do="Put the supplier's original files in the folder, unchanged, and run Casefinder again.",
        ask=f"{SUPPLIER} If the files were opened in a spreadsheet, the person who opened them.",
    ),
    Kind.EXTRACT_OLD: FindingText(
        looked_for="An extract that is too old",
        what=what_text.say_old,
        do="Ask why no newer extract has arrived. Do not send letters from these lists until one has.",
        ask=SUPPLIER,
    ),
    Kind.PRACTICE_GONE: FindingText(
        looked_for="A practice missing since the last run",
        what=what_text.say_gone,
        do="Ask for the practice's files again, unless it has left the study.",
        ask=SUPPLIER,
    ),
    Kind.PRACTICE_ZERO: FindingText(
        looked_for="Few or no entries, prescriptions or fit notes in a year",
        what=what_text.say_zero,
        do=f"This part of the extract did not arrive, or arrived without this practice. {_AGAIN}",
        ask=SUPPLIER,
    ),
    Kind.NOBODY_REGISTERED: FindingText(
        looked_for="Hardly anyone registered now",
        what=what_text.say_nobody_registered,
        do="The registration types or dates are missing or cannot be read, or they are those of another practice, or "
        f"this one has closed. {_AGAIN}",
        ask=SUPPLIER,
    ),
    Kind.MONTH_LOW: FindingText(
        looked_for="A month with few or no entries, prescriptions or fit notes",
        what=what_text.say_month_low,
        do="The supplier's feed broke. Ask for these rows to be sent again. Until they arrive, some people are missing "
        "from the lists, and others are on them although a newer entry would have kept them off.",
        ask=SUPPLIER,
    ),
    Kind.COLUMN_BLANK: FindingText(
        looked_for="A column that is blank",
        what=what_text.say_blank,
        do=f"Ask whether the column was left out of the extract. {_AGAIN}",
        ask=SUPPLIER,
    ),
    Kind.COLUMN_FADED: FindingText(
        looked_for="A column that is no longer filled in",
        what=what_text.say_faded,
        do="Ask what changed in the extract, and whether the column can be sent again.",
        ask=SUPPLIER,
    ),
    Kind.CODE_UNKNOWN: FindingText(
        looked_for="Codes that belong to no known system",
        what=what_text.say_unknown_code,
        do="Ask for the full code dictionaries that go with this extract.",
        ask=SUPPLIER,
    ),
    Kind.CODE_DAMAGED: FindingText(
        looked_for="Damaged codes",
        what=what_text.say_damaged_code,
        do="A program, such as a spreadsheet, may have rounded them or cut them short. Use the supplier's original "
        "files, never opened and saved again.",
        ask=SUPPLIER,
    ),
    Kind.LIST_SILENT: FindingText(
        looked_for="A code list that finds little or nothing",
        what=what_text.say_silent,
        do="Check whether the list covers the code systems this supplier uses, and whether the rows it looks for have "
        "arrived.",
        ask=STUDY,
    ),
    Kind.UNREGISTERED: FindingText(
        looked_for="Patients with no registration date",
        what=what_text.say_unregistered,
        do="Check whether they are registered at another practice. If not, ask for the patient table again, with the "
        "registration dates.",
        ask=SUPPLIER,
    ),
    Kind.ROWS_ORPHANED: FindingText(
        looked_for="Rows of patients who are not in the extract",
        what=what_text.say_orphaned,
        do=f"The patient table has probably been cut short, or is older than the other tables. {_AGAIN}",
        ask=SUPPLIER,
    ),
    Kind.NHS_NUMBER_INVALID: FindingText(
        looked_for="NHS numbers that fail their check",
        what=what_text.say_invalid_number,
        do="Compare a few patients with the practice's own system. If the numbers are right there, ask for a new "
        "extract.",
        ask=f"{SUPPLIER} If the numbers are wrong in the practice's own system: {RECORDS.lower()}",
    ),
    Kind.NHS_NUMBER_REPEATED: FindingText(
        looked_for="One NHS number on two records",
        what=what_text.say_repeated_number,
        do="The patient table may have been loaded twice. If the practice's own system shows the same, have the "
        "records merged.",
        ask=f"{SUPPLIER} {RECORDS}",
    ),
    Kind.PATIENT_DATES: FindingText(
        looked_for="Births in the future, or deaths before birth",
        what=what_text.say_patient_dates,
        do=f"The day and month may have been swapped, or the century may be wrong. {_AGAIN}",
        ask=SUPPLIER,
    ),
    Kind.BEFORE_BIRTH: FindingText(
        looked_for="Dates before birth",
        what=what_text.say_before_birth,
        do="Rows may be in the wrong patient's record. Do not use the lists until the supplier has explained this.",
        ask=SUPPLIER,
    ),
    Kind.IN_FUTURE: FindingText(
        looked_for="Dates in the future",
        what=what_text.say_in_future,
        do=f"The day and month may have been swapped. {_AGAIN}",
        ask=SUPPLIER,
    ),
    Kind.ROWS_REPEATED: FindingText(
        looked_for="The same row twice",
        what=what_text.say_repeated,
        do=f"The table may have been loaded twice. {_AGAIN}",
        ask=SUPPLIER,
    ),
    Kind.PATIENTS_CHANGED: FindingText(
        looked_for="Far more or fewer registered patients than last time",
        what=what_text.say_patients_changed,
        do="If no practices have merged or split, part of the patient table is missing or was sent twice.",
        ask=f"{SUPPLIER} {RECORDS}",
    ),
    Kind.VOLUME_CHANGED: FindingText(
        looked_for="Far more or fewer entries or prescriptions than last time",
        what=what_text.say_volume_changed,
        do="If no practices have merged or split, part of the table is missing or was sent twice.",
        ask=SUPPLIER,
    ),
    Kind.LIST_CHANGED: FindingText(
        looked_for="A list twice or half as long as the last one",
        what=what_text.say_list_changed,
        do="Before anyone is reviewed, find out what changed: the extract, or the practice's coding.",
        ask=f"{STUDY} {KEEPER}",
    ),
    Kind.LIST_EMPTY: FindingText(
        looked_for="A list with few or no names",
        what=what_text.say_list_empty,
        do="Find the step at which people leave, in the attrition table (attrition.csv), and check whether the "
        "practice codes differently.",
        ask=f"{STUDY} {RECORDS}",
    ),
    Kind.STEP_EMPTIES: FindingText(
        looked_for="A step that leaves hardly anyone",
        what=what_text.say_step_empties,
        do="The extract may lack what this step looks at. Compare one patient with the practice's own system.",
        ask=f"{KEEPER} {SUPPLIER}",
    ),
}
