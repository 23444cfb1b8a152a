"""Five people and their records at two practices, as they are in truth; and what each practice last delivered."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Literal

from pipeline.night.settings import Site
from tests.night.small import NUMBERS, PRACTICES, Person, deliver

PEOPLE = range(5)
BORN, CORRECTED = date(1970, 3, 1), date(1971, 3, 1)
MOVERS = (0, 1, 2)  # known by their number wherever they go
CORRECTED_ONE, NUMBER_COMES_LATER = 3, 4  # who stay where they are: two changes in one night may make two people of one
LONG_AGO = timedelta(400)  # no pain within twelve months
Delivery = Literal["fresh", "stale", "absent"]
# Somebody at each practice whom no rule finds, or a practice of which nobody is left would not be in the extract.
FILLERS = tuple(Person(f"filler{practice[0]}", practice, pain=None) for practice in PRACTICES)


@dataclass
class World:
    """`records`: by person and practice. `hidden`: whose record is out of the extract for now."""

    records: dict[tuple[int, str], Person] = field(default_factory=dict)
    home: dict[int, str] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    delivered: dict[str, tuple[date, dict[int, Person]]] = field(default_factory=dict)

    def begin(self, day: date, pain: set[int]) -> None:
        for who in PEOPLE:
            practice = PRACTICES[who % 2]
            number = "" if who == NUMBER_COMES_LATER else NUMBERS[who]
            began = day - timedelta(30) if who in pain else None
            self.records[who, practice] = Person(str(who), practice, number, BORN, began)
            self.home[who] = practice

    def record(self, who: int) -> Person:
        return self.records[who, self.home[who]]

    def change(self, who: int, **values: object) -> None:
        self.records[who, self.home[who]] = replace(self.record(who), **values)  # type: ignore[arg-type]

    def happens(self, who: int, what: str, day: date) -> None:
        """In the clinical system of wherever they are now. What cannot happen to this person does not."""
        plain: dict[str, dict[str, object]] = {
            "pain": {"pain": day},
            "pain is over": {"pain": day - LONG_AGO},
            "cancer": {"cancer": day},
            "no cancer after all": {"cancer": None},
            "died": {"died": day},
            "left": {"left": day},
            "came back": {"left": None},
        }
        if what in plain:
            self.change(who, **plain[what])
        elif what == "moved" and who in MOVERS:
            self.move(who, day)
        elif what == "birth date corrected" and who == CORRECTED_ONE:
            self.change(who, born=CORRECTED)
        elif what == "number came" and who == NUMBER_COMES_LATER:
            self.change(who, number=NUMBERS[who])
        elif what == "record gone":
            self.hidden ^= {who}

    def move(self, who: int, day: date) -> None:
        """The record goes along; the old practice keeps what it had."""
        old = self.record(who)
        self.change(who, left=day)
        self.home[who] = next(each for each in PRACTICES if each != old.practice)
        self.records[who, self.home[who]] = replace(old, practice=self.home[who], since=day, left=None)

    def deliver(self, site: Site, how: Mapping[str, Delivery], day: date) -> dict[str, date]:
        """Put the extract in the inbox; returns its practices with the day of each one's part."""
        days = {}
        for practice in PRACTICES:
            if how[practice] == "fresh" or (practice not in self.delivered and how[practice] == "stale"):
                here = {who: one for (who, at), one in self.records.items() if at == practice}
                self.delivered[practice] = day, {who: one for who, one in here.items() if who not in self.hidden}
            if how[practice] != "absent":
                days[practice] = self.delivered[practice][0]
        people = [one for practice in days for one in self.delivered[practice][1].values()]
        deliver(site, [*people, *(one for one in FILLERS if one.practice in days)], day, tuple(days))
        _set_days(site, days)
        return days

    def seen(self, who: int, practices: Mapping[str, date]) -> list[Person]:
        """The records of somebody that are in the extract."""
        return [self.delivered[each][1][who] for each in practices if who in self.delivered[each][1]]


def _set_days(site: Site, days: Mapping[str, date]) -> None:
    path = site.extract / "practice.csv"
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *([*row[:3], days[row[0]]] for row in rows)])
