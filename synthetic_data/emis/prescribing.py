"""Prescribing_IssueRecord and _DrugRecord: a chunk's issues and the courses they belong to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from synthetic_data.arrays import Bools, Ints, Rng
from synthetic_data.columns import guids, look_up, numbers
from synthetic_data.emis.care_record import blank_rows, in_order, keyed_and_dated
from synthetic_data.emis.tables import Files, append
from synthetic_data.population import names
from synthetic_data.population.keys import Keys
from synthetic_data.population.medicines import MEDICINES, medicine_ids
from synthetic_data.population.practices import Practices
from synthetic_data.population.rows import NO_COURSE, NOBODY, Rows

_TYPES = ["Acute", "Repeat", "Repeat Dispensing"]
_ACTIVE_DAYS = 120  # a course with an issue this recent is active


def write_issues(files: Files, rng: Rng, issues: Rows, keys: Keys, practices: Practices, extract_day: int) -> None:
    """The issues in order of patient and day, and a DrugRecord for each course of each registration."""
    rows = in_order(issues)
    blank = blank_rows(rng, rows)
    linked = (rows.course != NO_COURSE) & (rows.who != NOBODY)
    key = rows.who[linked] * (rows.course.max(initial=0) + 1) + rows.course[linked]
    _, first, member, counts = np.unique(key, return_index=True, return_inverse=True, return_counts=True)
    course_guid = guids(rng, len(first))
    course = np.full(len(rows), -1)
    course[linked] = member
    columns = {
        "IssueRecordGuid": guids(rng, len(rows)),
        **keyed_and_dated(rng, rows, keys, practices, blank),
        "DrugRecordGuid": look_up(course_guid, np.where(blank, -1, course)),
        **product(np.where(blank, -1, rows.code)),
        "CourseDurationInDays": numbers(np.full(len(rows), 28), ~blank & (rows.code % 7 > 0)),
        "IsConfidential": pl.Series(rows.confidential),
        "Deleted": pl.Series(rows.deleted),
    }
    append(files, "Prescribing_IssueRecord", columns)
    last = np.zeros(len(first), np.int64)
    np.maximum.at(last, member, rows.day[linked])
    begun = rows.take(np.flatnonzero(linked)[first])
    write_courses(files, rng, begun, course_guid, counts, last > extract_day - _ACTIVE_DAYS, keys, practices)


def write_courses(
    files: Files, rng: Rng, begun: Rows, guid: pl.Series, counts: Ints, active: Bools, keys: Keys, practices: Practices
) -> None:
    """One row per course, from its first issue. The issue may be deleted or confidential; the course is neither."""
    course = replace(begun, deleted=np.zeros(len(begun), bool))
    kind = np.where(counts == 1, 0, np.where(np.arange(len(counts)) % 20 == 0, 2, 1))
    columns = {
        "DrugRecordGuid": guid,
        **keyed_and_dated(rng, course, keys, practices, course.deleted),
        **product(course.code),
        "PrescriptionType": look_up(_TYPES, kind),
        "IsActive": pl.Series(active & (kind > 0)),
        "NumberOfIssues": pl.Series(counts),
        "NumberOfIssuesAuthorised": numbers(counts + 6, kind > 0),
        "IsConfidential": pl.Series(course.deleted),
        "Deleted": pl.Series(course.deleted),
    }
    append(files, "Prescribing_DrugRecord", columns)


def product(code: Ints) -> dict[str, pl.Series]:
    """What was supplied; empty if the position is negative."""
    quantity = np.array([medicine.quantity for medicine in MEDICINES])
    return {
        "CodeId": look_up(medicine_ids(), code),
        "Dosage": look_up(names.DOSES, np.where(code < 0, -1, code % len(names.DOSES))),
        "Quantity": numbers(quantity[code], code >= 0),
        "QuantityUnit": look_up([medicine.unit for medicine in MEDICINES], code),
    }
