"""Every rate and share of the invented population, each with its source or marked as an assumption.

"tf" is the project's trial-facts note, "cc" its clinical-codes note; a number after them is the section.
Shares are of people unless the name says otherwise. Lists by pain level read: no pain, mild, severe.
"""

from __future__ import annotations

# --- size -----------------------------------------------------------------------------------------------------------
CHUNK = 20_000  # registrations generated at a time; bounds the memory, and belongs to the seed
BACKGROUND_EVENTS = 65.0  # a person, so that all events come to about 65: the reference load of the project
BACKGROUND_ISSUES = 35.5  # a person, so that all issues come to about 35: the same
PRACTICE_SPREAD = 0.35  # sigma of the log-normal practice size: assumption

# --- people ---------------------------------------------------------------------------------------------------------
# Age bands: first age, share. Near the English mid-year estimates: assumption.
AGE_BANDS = (
    (0, 0.052), (5, 0.128), (16, 0.024), (18, 0.082), (25, 0.135), (35, 0.138),
    (45, 0.128), (55, 0.127), (65, 0.098), (75, 0.064), (85, 0.020), (95, 0.004),
)  # fmt: skip
OLDEST = 103  # assumption
FEMALE = 0.503  # assumption
SEX_NOT_KNOWN = 0.001  # assumption

# Chronic pain is common: 35.0 to 51.3 % of UK adults (tf 5 H, paper 002). By first age of the band.
CHRONIC_PAIN_BY_AGE = ((0, 0.02), (16, 0.15), (25, 0.26), (35, 0.34), (50, 0.42), (65, 0.48))
PAIN_IS_SEVERE = 0.30  # about 70 % of chronic pain interferes little (tf 2.2, HSE 2011)
PAIN_YEARS = 6.0  # mean of an exponential, so that some pain is younger than 3 months: assumption

# In work at 18 to 64: 81-82 % without a condition, 62.4-63 % with a musculoskeletal one, 52.3 % of those disabled
# by it (tf 2.2); severe pain is put below that, as opioid users' odds are (OR 3.08, tf 2.2).
IN_WORK = (0.81, 0.65, 0.46)
IN_WORK_AT_16 = 0.25  # assumption
IN_WORK_AT_65 = 0.12  # assumption
OFF_SICK = (0.01, 0.03, 0.10)  # of people in work; two of 31 had a job they were off sick from (tf 1.2, paper 004)
SELF_EMPLOYED = 0.14  # of people in work: assumption
# Out of work at 18 to 64: unemployed, unable, not in the labour force, student. Assumption.
OUT_OF_WORK = ((0.22, 0.10, 0.40, 0.28), (0.24, 0.26, 0.40, 0.10), (0.20, 0.55, 0.23, 0.02))
YEARS_IN_WORK = 6.0  # mean of an exponential: assumption
YEARS_OUT_OF_WORK = (2.5, 4.0, 9.0)  # means; the median of 6.3 years at Warwick (tf 5 G) is that of an exponential of 9
WANTS_TO_WORK = (0.85, 0.25, 0.20, 0.40)  # unemployed, unable, not in the labour force, student: assumption

# --- registration ---------------------------------------------------------------------------------------------------
YEARS_REGISTERED = 9.0  # mean of an exponential: assumption
MOVED = 0.03  # registrations that are a person's second: assumption
MOVED_BOTH_CURRENT = 0.15  # of the moved: the first practice has not noticed. Assumption
MOVED_TEMPORARY = 0.10  # of the moved: the second registration is temporary. Assumption
MOVED_HISTORY = 0.60  # of the moved: the old record came along to the new practice. Assumption
MOVED_SAME_GUID = 0.30  # of the moved: a GUID is unique only within an organisation (formats 1.1). Share: assumption
MOVED_BIRTH_DIFFERS = 0.02  # of the moved: date of birth typed differently. Assumption
LEFT = 0.05  # left within five years, still in the extract (formats 1.2). Share: assumption
LEAVING_SOON = 0.002  # a deactivation date in the future: assumption
DEAD_BY_AGE = ((0, 0.004), (65, 0.06), (85, 0.30))  # died within five years, still in the extract: assumption
DEAD_NOT_DEACTIVATED = 0.20  # of the dead: assumption
DEAD_ELSEWHERE_ONLY = 0.50  # of dead people who moved: one practice has not heard. Assumption
PATIENT_TYPES = (
    ("Regular", 0.974), ("Temporary", 0.014), ("Private", 0.003), ("Emergency", 0.004), ("Pre Registration", 0.005),
)  # fmt: skip  # assumption
TEST_PATIENT = 0.0006  # assumption
DELETED_PATIENT = 0.002  # assumption
SPINE_SENSITIVE = 0.001  # assumption
CONFIDENTIAL_PATIENT = 0.001  # assumption
CARE_HOME_FROM_75 = 0.06  # assumption
CARE_HOME_YOUNGER = 0.001  # assumption
NO_NHS_NUMBER = 0.008  # assumption
WRONG_NHS_NUMBER = 0.001  # fails its check digit: assumption
NO_BIRTH_DATE = 0.0002  # assumption
NO_MOBILE, NO_EMAIL = 0.18, 0.45  # assumption
ODD_NAME, FORMULA_NAME = 0.004, 0.001  # names with commas and quotes; text a spreadsheet would run. Assumption

# --- people planted at the edges of the rule: assumptions -------------------------------------------------------------
HARD_CASE = 0.30  # of people whose record qualifies, one of 16 oddities each
HARD_CASE_MOVED = 0.60  # of those of them on a second registration

# --- pain in the record ---------------------------------------------------------------------------------------------
# Recorded chronic pain: 10.1 % (CPRD) to 16.6 % (Lambeth) of adults, by algorithms wider than a code (cc A5).
CORE_CODED = (0.003, 0.08, 0.45)  # assumption, towards those two
NEUROPATHIC_CODED = (0.001, 0.02, 0.14)  # assumption
CONDITION_CODED = (0.14, 0.45, 0.66)  # 57.8-60.6 % of all patients ever had a painful condition coded (cc)
CORE_EVENTS, CONDITION_EVENTS = 1.6, 2.6  # mean number beyond the first, where coded: assumption
CONDITION_EVENTS_WITHOUT_PAIN = 0.25  # the same for a passing pain: assumption
CODED_YEARS = 9.0  # pain codes are spread over this many years back, or since the pain began: assumption
PAIN_CLINIC = 0.10  # of severe pain; recorded for 0.5 to 2.7 % of patients (cc A4)

# --- pain medicines -------------------------------------------------------------------------------------------------
# About 900 people a practice of 9,000 had an opioid in a year (tf 1.3, Leeds and Bradford); 14.6 % of new users become
# long-term (tf 1.3); long-term and gabapentinoid use go together (aOR 2.52, tf 1.3). Shares by pain level: assumption.
LONG_TERM_OPIOID = (0.004, 0.05, 0.33)
LONG_TERM_GABAPENTINOID = (0.003, 0.015, 0.13)
LONG_TERM_OUT_OF_WORK = 1.5  # times those shares for people of working age without a job: towards OR 3.08 (tf 2.2)
GABAPENTINOID_WITH_OPIOID = 2.2  # times the share above for someone on a long-term opioid
ACUTE_OPIOID = (0.10, 0.24, 0.38)  # over the years below
ACUTE_SPREAD_YEARS = 2.0  # assumption
COURSE_YEARS = 2.5  # mean length of a long-term course: assumption
COURSE_GOES_ON = 0.70  # of long-term courses: still issued at the extract. Assumption
ISSUE_EVERY = ((7, 0.03), (28, 0.72), (56, 0.17), (84, 0.08))  # days between issues, share of courses: assumption
ISSUE_MISSED = 0.12  # of issues: assumption
SUBSTITUTION = 0.003  # of people of 18 to 64: assumption

# --- fit notes ------------------------------------------------------------------------------------------------------
# 12.7 % of people of working age had a note (Lambeth), chronic pain HR 3.7; 27,789 notes per 100,000 aged 18-65 in
# 2022, 2.3 notes a recipient (tf 2.1). A year's share of people with a spell of notes, in work and out of work:
# how many notes the long-term unemployed have is disputed (tf 2.1 caveat, 2.3), so out of work is an assumption.
SPELL_IN_WORK = (0.085, 0.13, 0.32)
SPELL_OUT_OF_WORK = (0.080, 0.16, 0.55)
SPELL_OFF_SICK = 0.95  # of people off sick from a job: assumption
SPELL_LONG_OUT = 0.5  # times the share above after two years out of work: benefits then need no note (tf 2.1 caveat)
SPELL_YEARS = 3  # years of notes written: assumption
NOTE_FOLLOWED = (0.44, 0.52, 0.72)  # chance of another note in the spell, towards 2.3 notes a recipient (tf 2.1)
NOTE_DAYS = ((7, 0.16), (14, 0.26), (28, 0.38), (56, 0.12), (91, 0.08))  # 42 % last 5 weeks or more (tf 2.1), less here
NOTE_GAP_DAYS = 10  # a follow-up comes up to this many days late or 3 early: assumption
MAY_BE_FIT = 0.069  # 6.9 % of notes (tf 2.1)
NOTE_OLD_FORM = 0.04  # a form that does not say fit or not. Assumption
NOTE_DUPLICATED = 0.03  # a duplicate issued some days later: assumption
NOTE_NOT_ISSUED, NOTE_BACK_TO_WORK, NOTE_PRIVATE, NOTE_SELF = 0.006, 0.004, 0.003, 0.03  # a spell: assumption
NOTE_BACK_DATED = 0.12  # entered some days after its own date: assumption

# --- work in the record ---------------------------------------------------------------------------------------------
WORK_CODED = 0.10  # occupation in about 10 % of patients (cc D, Greater Manchester)
WORK_CODE_STALE = 0.25  # of those coded: tells the state before the present one. Assumption

# --- exclusions and flags -------------------------------------------------------------------------------------------
CANCER_BY_AGE = ((0, 0.001), (18, 0.006), (45, 0.03), (65, 0.11))  # ever coded: assumption
PALLIATIVE_BY_AGE = ((0, 0.0003), (45, 0.002), (65, 0.012))  # assumption
PALLIATIVE_ENDED = 0.15  # of those: later "not currently indicated" (cc E2 says to honour it). Share: assumption
TYPE_1_DISSENT = 0.035  # assumption
TYPE_1_WITHDRAWN = 0.10  # of those: assumption
RESEARCH_INVITED, RESEARCH_ENROLLED = 0.03, 0.003  # assumption
RESEARCH_DECLINED, RESEARCH_DECLINED_ONCE_INVITED = 0.006, 0.15  # assumption
INTERPRETER = 0.02  # assumption
DEMENTIA_FROM_65 = 0.045  # assumption
SEVERE_MENTAL_ILLNESS = 0.0095  # assumption
LEARNING_DISABILITY = 0.005  # assumption
SAFEGUARDING = 0.003  # assumption
HOUSEBOUND_FROM_75 = 0.05  # assumption

# --- background -----------------------------------------------------------------------------------------------------
BACKGROUND_BY_AGE = ((0, 0.5), (5, 0.35), (18, 0.6), (35, 0.9), (50, 1.3), (65, 2.0), (75, 2.7))  # assumption
ISSUES_BY_AGE = ((0, 0.08), (18, 0.25), (35, 0.7), (50, 1.5), (65, 2.7), (75, 3.6))  # assumption
BACKGROUND_YEARS = 10.0  # assumption
BACKGROUND_COURSE_ISSUES = 12.0  # mean number of issues in a course: assumption

# --- what goes wrong with rows: all assumptions ---------------------------------------------------------------------
UNKNOWN_DATE, YEAR_ONLY, MONTH_ONLY = 0.002, 0.003, 0.004
DATE_WITH_TIME = 0.05  # precision YMDT: as exact as YMD
INSIDE_PERIOD = 0.5  # of imprecise dates: some day of the period is written, not its first
BEFORE_BIRTH = 0.0005
FUTURE_DATE = 0.0005
DELETED_ROW = 0.008
DELETED_BLANK = 0.5  # of deleted rows: the other columns are empty
CONFIDENTIAL_ROW = 0.004
DUPLICATE_ROW = 0.004
ORPHAN_ROW = 0.0005  # a patient who is not in the patient file
UNKNOWN_CODE = 0.0002  # a code that is not in the dictionary
ENTERED_LATE, ISSUE_ENTERED_LATE = 0.10, 0.02
ENTERED_AFTER_EXTRACT = 0.0003
NOT_ENTERED = 0.001  # no date of entry
NO_COURSE = 0.01  # of issues: no DrugRecordGuid
FREE_TEXT = 0.003  # of events: text with quotes, commas and line breaks
IN_CONSULTATION = 0.12  # of background events
IS_PROBLEM = 0.5  # of pain and disease events

# --- nights: the past of an extract, all assumptions ------------------------------------------------------------------
DELTA_SHARE = 0.01  # of a table's rows are affected each night, unless the caller says otherwise
# Of rows that are affected. A merge is for events and issues only: elsewhere it is one more change.
ROW_ADDED, ROW_CHANGED, ROW_MERGED = 0.48, 0.20, 0.04
ROW_REMOVED, ROW_GONE_AND_BACK, ROW_AGAIN, ROW_TWICE = 0.12, 0.05, 0.06, 0.05
CHANGED_OFTEN = {"Prescribing_DrugRecord": 3.0}  # there are few, and what kind they are matters to every issue
REMOVED_LATE_COMER = 0.2  # of removed rows: not there from the beginning either
REMOVED_TWICE = 0.1  # of removed rows: the file shows the deletion twice
MERGED_FROM_LEAVER = 0.3  # of merged rows: the other patient falls out of scope that night or later
# Of patients who are affected.
PATIENT_ARRIVES, PATIENT_RETURNS, PATIENT_LEAVES = 0.10, 0.10, 0.10
PATIENT_CHANGED, PATIENT_AGAIN, PATIENT_TWICE = 0.50, 0.10, 0.10
EARLY_CHILD = 0.3  # of an arriving patient's rows: a night before the patient
CHANGED_WHILE_OUT = 0.5  # of patients who return: the row says something else than when they left
RETURNING_ROW = 0.2  # of a returning patient's rows: added, changed or removed at the source while they were out
# At least this many rows of a reference table: new, changed.
REFERENCE_CHANGES = {
    "Admin_Organisation": (0, 1),
    "Admin_UserInRole": (1, 1),
    "Coding_ClinicalCode": (4, 6),
    "Coding_DrugCode": (2, 2),
}
SWITCHED_OFF = 0.02  # of practices, but at least one
