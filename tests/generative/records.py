"""Generated records, made backwards: rows that would make a rule's criteria hold, then moved, blurred or hidden."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from hypothesis import strategies as st

from pipeline.dates import Duration, shift
from pipeline.rules.criteria import After, CertificatesCriterion, Counted
from pipeline.rules.model import InWork, Rule
from pipeline.rules.selection import DURATION_ROLES, Rows, Selection
from pipeline.search.in_memory.doubt import window_of
from pipeline.search.input_tables import CodeUse
from pipeline.tables import SEXES
from tests.generative.pool import AMOUNTS, CODES, INDEX_DATES, UNITS, find_uses
from tests.generative.rules import rules
from tests.search.engines import complete

Draw = st.DrawFn
DAY = timedelta(days=1)
PEOPLE = 8
LONG_AGO = Duration.parse("2 years")  # how far back the rows of an open window begin
BORN = Duration.parse("40 years")
STAND_INS = tuple(map(date.fromisoformat, ("0202-03-04", "1899-12-31", "1900-01-01", "1900-01-02", "9999-12-31")))
MADE = (0, 0, 0, 1, 40, -1, -40)  # days from the index date to the extract's: a practice's may be older


@dataclass(frozen=True)
class Row:
    """A row of a record, before it is written as a table's. `blur` is the precision of its date."""

    code_id: int
    day: date
    amount: float | None = None
    encounter: str | None = None
    unit: str | None = None
    blur: str = "day"
    recorded: date | None = None
    confidential: bool = False


@dataclass(frozen=True)
class Example:
    """A rule, an index date, and the tables it is asked of, which were made on a day of their own."""

    rule: Rule
    index: date
    made: date
    tables: dict[str, list[dict[str, object]]]
    uses: list[CodeUse]


@dataclass(frozen=True)
class Maker:
    """Makes rows of one person. `codes` are those of each criterion, by its number in the rule."""

    draw: Draw
    rule: Rule
    index: date
    made: date
    codes: dict[int, list[CodeUse]]

    def pick(self, *choices: date) -> date:
        return self.draw(st.sampled_from(choices))

    def edge(self, selection: Selection) -> date:
        """A day at an end of the window."""
        window = window_of(selection, self.index)
        first = max(window.first, shift(self.index, LONG_AGO, -1))
        return self.pick(first, first + DAY, window.last, window.last - DAY)

    def row(self, number: int, day: date, roles: tuple[str, ...] = ()) -> list[Row]:
        """A row of a code that counts for the criterion (with one of these roles); none where no code does."""
        codes = [use.code_id for use in self.codes.get(number, []) if not roles or use.role in roles]
        if not codes:
            return []
        return [
            Row(self.draw(st.sampled_from(codes)), day, self.draw(st.sampled_from(AMOUNTS)), unit=self.unit(number))
        ]

    def unit(self, number: int) -> str | None:
        """Of a value, where the criterion compares one; mostly one of its own."""
        criteria = list(self.rule.criteria.values())
        selection = criteria[number - 1].selection if number <= len(criteria) else None
        value = selection.value if isinstance(selection, Rows) else None
        return self.draw(st.sampled_from((*UNITS, "mmol/L", "mmol/L"))) if value else None

    def rows_for(self, number: int) -> list[Row]:
        criterion = list(self.rule.criteria.values())[number - 1]
        if isinstance(criterion, CertificatesCriterion):
            return self._notes(number, criterion)
        if isinstance(criterion, Counted):
            return self._counted(number, criterion)
        day = self.edge(criterion.selection)
        return [*self.row(number, day), *self.row(number, self.pick(day, day - DAY), criterion.selection.roles)]

    def _counted(self, number: int, criterion: Counted) -> list[Row]:
        """As many rows as may be enough or too many, on days apart; the last far enough from the first to persist."""
        anchors, day = self._anchors(criterion.after, self.edge(criterion.selection))
        step = self.draw(st.sampled_from([DAY, timedelta(0), -DAY]))
        wanted = (criterion.least or criterion.at_most or 0) + self.draw(st.integers(0, 1))
        days = [day + n * step for n in range(wanted)]
        if criterion.reach:
            days.append(self.pick(shift(day, criterion.reach), shift(day, criterion.reach, -1)))
        return [*anchors, *(row for one in days for row in self.row(number, one))]

    def _anchors(self, after: After | None, day: date) -> tuple[list[Row], date]:
        """Rows of what a criterion must come after, about this day, and a day that may then be its own."""
        if not after:
            return [], day
        anchor = 1 + list(self.rule.criteria).index(after.criterion)
        rows = [*self.row(anchor, day), *self.row(anchor, self.pick(day, day + 9 * DAY))]
        blurred = [replace(row, blur=self.draw(st.sampled_from(["day", "day", "month"]))) for row in rows]
        return blurred, self.pick(day, shift(day, after.within))

    def _notes(self, number: int, criterion: CertificatesCriterion) -> list[Row]:
        """Notes that end or begin at an edge of the window, a gap apart, or just far enough to last."""
        spell = criterion.spell
        unknown = spell.assume or Duration(1, "days")
        assume, gap, lasts = (timedelta(days=length.days or 0) for length in (unknown, spell.gap, spell.lasts))
        edge = self.edge(criterion.certificates)
        first = self.pick(edge, edge - assume, edge - assume + DAY, self.index - lasts + DAY)
        found, first = self._anchors(criterion.after, first)
        day = first
        for _ in range(self.draw(st.sampled_from([1, 1, 2, 3]))):
            note = self.row(number, day, criterion.certificates.roles)
            length = self.row(number, day, DURATION_ROLES) if self.draw(st.integers(0, 2)) == 0 else []
            encounter = self.draw(st.sampled_from([None, "e1", "e2"]))
            hidden = self.draw(st.integers(0, 3)) == 0
            found += [replace(row, encounter=encounter) for row in note]
            blur = self.draw(st.sampled_from(["day", "day", "month", "year"]))
            found += [replace(row, encounter=encounter, confidential=hidden, blur=blur) for row in length]
            joint = day + assume + gap
            day = self.pick(joint, joint + DAY, first + lasts - assume, first + lasts - assume - DAY)
        return found

    def work_rows(self) -> list[Row]:
        """Rows about employment at the ends of the look-backs and beside each other, and a certificate after them."""
        in_work, number = self.rule.in_work, len(self.rule.criteria) + 1
        if not in_work:
            return []
        starts = [shift(self.index, length, -1) for length in in_work.look_backs.values() if length]
        day = self.pick(*starts, self.index, self.index - 20 * DAY, self.index - 300 * DAY)
        days = (day, *(self.pick(day, day - DAY, day + DAY, *starts) for _ in range(self.draw(st.integers(0, 2)))))
        found = [row for one in days for row in self.row(number, one, in_work.speaking)]
        return [*found, *self._later(number, in_work, day)]

    def _later(self, number: int, in_work: InWork, day: date) -> list[Row]:
        """A certificate that may overtake a row of this day: just long enough, or not quite."""
        if not in_work.unless_later or self.draw(st.booleans()):
            return []
        begins, lasts = self.pick(day, day + DAY, day + 2 * DAY), float(in_work.unless_later.lasts.days or 0)
        note = self.row(number, begins, in_work.unless_later.roles)
        length = self.row(number, begins, DURATION_ROLES)
        amount = self.draw(st.sampled_from([lasts, lasts, lasts - 1, lasts + 1, 1.0, 2.0]))
        return [
            *(replace(row, encounter="w") for row in note),
            *(replace(row, encounter="w", amount=amount) for row in length),
        ]

    def change(self, row: Row) -> list[Row]:
        """The row as it is (mostly), moved, blurred, hidden, repeated, written down late, or on no possible day."""
        birth = shift(self.index, BORN, -1)
        return self.draw(
            st.sampled_from(
                [
                    *[[row]] * 24,
                    [replace(row, day=row.day - DAY)],
                    [replace(row, day=row.day + DAY)],
                    [replace(row, blur="month")],
                    [replace(row, blur="year")],
                    [replace(row, blur="unknown")],
                    [replace(row, confidential=True)],
                    [row, row],
                    [replace(row, recorded=self.index)],
                    [replace(row, recorded=self.index + DAY)],
                    [replace(row, day=self.index + DAY)],
                    [replace(row, recorded=self.draw(st.sampled_from([self.made, self.made + DAY, date.max])))],
                    [replace(row, day=birth - self.draw(st.sampled_from([0, 1, 31])) * DAY, blur=self.blur())],
                    [replace(row, day=self.made + self.draw(st.sampled_from([0, 1, 40])) * DAY, blur=self.blur())],
                    [replace(row, day=self.pick(*STAND_INS), blur=self.blur())],
                ]
            )
        )

    def blur(self) -> str:
        return self.draw(st.sampled_from(["day", "day", "month", "year"]))

    def rows(self) -> list[Row]:
        """Rows for some of the criteria and for employment, changed here and there, in some order."""
        made = [
            row for n in range(1, len(self.rule.criteria) + 1) if self.draw(st.booleans()) for row in self.rows_for(n)
        ]
        if self.draw(st.booleans()):
            made += self.work_rows()
        if self.draw(st.integers(0, 3)) == 0:
            made.append(Row(self.draw(st.sampled_from(CODES)).code_id, self.index))
        changed = [row for one in made for row in self.change(one)]
        return self.draw(st.permutations(changed)) if len(changed) < 6 else changed[::-1]

    def person(self, number: int) -> dict[str, object]:
        """Mostly somebody whom every population lets through, with one thing out of the ordinary."""
        index = self.index
        plain: dict[str, object] = {
            "person_row": number, "practice_id": "A", "patient_id": str(number), "is_test": 0, "is_restricted": 0,
            "registration_type": self.rule.population.registered.type, "registered_from": date(2010, 1, 1).toordinal(),
            "date_of_birth": shift(index, BORN, -1).toordinal(), "birth_precision": "day",
            "sex": SEXES[(self.rule.population.sex or ("female",))[0]][0],
        }  # fmt: skip
        age = self.rule.population.age
        ends = (age.youngest, None if age.oldest is None else age.oldest + 1) if age else (1, 2)
        years = [Duration(n, "years") for n in ends if n is not None]
        births = [day + n * DAY for length in years for day in [shift(index, length, -1)] for n in (-1, 0, 1)]
        kept = self.rule.population.registered.at_least or LONG_AGO
        since = shift(index, kept, -1)
        odd: list[list[dict[str, object]]] = [
            [
                *(blurred("date_of_birth", "birth_precision", day, "day") for day in (*births, date(2008, 2, 29))),
                *(blurred("date_of_birth", "birth_precision", day, "month") for day in births[1::3]),
                *(blurred("date_of_birth", "birth_precision", day, "year") for day in births[1::3]),
                {"date_of_birth": None, "birth_precision": "unknown"},
            ],
            [{name: (index + n * DAY).toordinal()} for name in ("date_of_death", "registered_to") for n in (-1, 0, 1)],
            [{"registered_from": day.toordinal()} for day in (since, since + DAY, since + DAY, index, index + DAY)],
            [{"registered_from": None}, {"registration_type": "other"}, {"registration_type": "temporary"}],
            [{"sex": sex} for sex in (*(written[0] for written in SEXES.values()), "male", "U", None)],
            [{"is_test": 1}, {"practice_id": "B"}, {"practice_id": "C"}],
        ]
        if self.draw(st.integers(0, 2)):
            return plain
        return {**plain, **self.draw(st.sampled_from(self.draw(st.sampled_from(odd))))}


def blurred(name: str, precision: str, day: date, blur: str) -> dict[str, object]:
    """A date of this precision: its first possible day, as readers write it."""
    first = {"day": day, "month": day.replace(day=1), "year": date(day.year, 1, 1)}.get(blur)
    return {name: first.toordinal() if first else None, precision: blur}


@st.composite
def examples(draw: Draw) -> Example:
    rule, index = draw(rules()), draw(st.sampled_from(INDEX_DATES))
    made = index + draw(st.sampled_from(MADE)) * DAY
    uses = find_uses(rule)
    codes: dict[int, list[CodeUse]] = {}
    for use in uses:
        codes.setdefault(use.criterion_number, []).append(use)
    maker = Maker(draw, rule, index, made, codes)
    people = [maker.person(number) for number in range(1, PEOPLE + 1)]
    rows = [(number, row) for number in range(1, PEOPLE + 1) for row in maker.rows()]
    events = [written(n, key, row, "value", "encounter") for key, (n, row) in enumerate(rows) if row.code_id < 100]
    issues = [written(n, key, row, "quantity", "course") for key, (n, row) in enumerate(rows) if row.code_id >= 100]
    tables = complete({"patient": people, "event": events, "prescription": issues}, made)
    return Example(rule, index, made, tables, uses)


def written(person: int, key: int, row: Row, amount: str, encounter: str) -> dict[str, object]:
    return {
        "person_row": person,
        "code_id": row.code_id,
        **blurred("date", "date_precision", row.day, row.blur),
        "recorded_on": row.recorded.toordinal() if row.recorded else None,
        "is_confidential": int(row.confidential),
        "source_file": 1,
        "source_key": str(key),
        amount: row.amount,
        "unit": row.unit,
        encounter: row.encounter,
    }
