"""Turns the people found into the rows of each practice's list, each with its reasons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from pipeline.casefinding.list_marks import mark_homes
from pipeline.dates import completed_years, month_ends
from pipeline.lists.row import ListRow
from pipeline.people.one_address import home_of
from pipeline.people.own_registration import Identity
from pipeline.rules.criteria import as_certificates
from pipeline.rules.expression import names
from pipeline.search.compile import Plan
from pipeline.search.doubt.readings import Variant
from pipeline.search.engine import Engine
from pipeline.search.evidence_text import EvidenceRow, Spell
from pipeline.search.in_work import IN_WORK
from pipeline.search.kinds.kind_of import kind_of
from pipeline.search.work_text import say_work

DOUBTS = {
    "no_number": "No NHS number",
    "invalid_number": "NHS number fails its check",
    "number_shared": "NHS number also on a record with another date of birth",
    "number_of_dead": "NHS number also on the record of someone who has died, with another date of birth",
}
NOT_ASKED = "This rule does not look for entries about work"
RESTRICTED_ELSEWHERE = "Another record with this NHS number is restricted"


@dataclass(frozen=True)
class Reasons:
    """Everything a list says about why people are on it, by `person_row`.

    `titles`: what the list calls each criterion. `nominated`: the sentence about a nomination.
    """

    plan: Plan
    titles: Mapping[str, str]
    rows: Mapping[int, Sequence[EvidenceRow]]
    spells: Mapping[int, Sequence[Spell]]
    identities: Mapping[int, Identity]
    nominated: Mapping[int, str] = field(default_factory=dict)

    def why(self, person: int) -> str:
        """A nomination first, then a sentence for each title among the true include criteria, one to a line."""
        groups = group_sentences(self._included(), self.titles)
        said = (self._say(person, title, variants) for title, variants in groups)
        return "\n".join(filter(None, (self.nominated.get(person, ""), *said)))

    def flags(self, person: int, record: Mapping[str, object]) -> str:
        """The rule's flags, then those of every rule: restricted records, care homes, doubtful NHS numbers."""
        identity = self.identities[person]
        built_in = (
            "Restricted record" if record["is_restricted"] else "",
            "Care home" if record["institution"] else "",
            RESTRICTED_ELSEWHERE if identity.is_restricted_elsewhere else "",
            DOUBTS[identity.doubt] if identity.doubt else "",
        )
        flagged = [v for v in self.plan.variants if v.reading == "against" and v.name in self.plan.rule.flag]
        return "; ".join(filter(None, (*(self._flag(person, variant) for variant in flagged), *built_in)))

    def work(self, person: int, state: str) -> str:
        if not self.plan.rule.in_work:
            return NOT_ASKED
        rows = [row for row in self.rows.get(person, ()) if row.variant == IN_WORK]
        return say_work(state, rows, self._spells(person, signed_off(self.plan)))

    def newest(self, person: int) -> date | None:
        """The last day certified by the rule's spells; without one, the newest day behind an include criterion."""
        days = [spell.ends - 1 for spell in self._spells(person, signed_off(self.plan))]
        days = days or [row.last_day for row in self._rows(person, self._included()) if row.last_day is not None]
        return date.fromordinal(max(days)) if days else None

    def _included(self) -> list[Variant]:
        included = {name for name, positive in names(self.plan.rule.include) if positive}
        return [v for v in self.plan.variants if v.reading == "for" and v.name in included]

    def _flag(self, person: int, variant: Variant) -> str:
        """The title; for certificates, also from when to when they are."""
        if not self._rows(person, [variant]):
            return ""
        spells = self._spells(person, [variant])
        return self._say(person, self.titles[variant.name], [variant]) if spells else self.titles[variant.name]

    def _say(self, person: int, title: str, variants: Sequence[Variant]) -> str:
        rows = self._rows(person, variants)
        if not rows:
            return ""
        kind = kind_of(variants[0].criterion)
        return f"{title}: {kind.say_evidence(rows, self._spells(person, variants))}"

    def _rows(self, person: int, variants: Iterable[Variant]) -> list[EvidenceRow]:
        """The rows behind any of them, each once: two criteria may read the same row."""
        numbers = {variant.number for variant in variants}
        mine = (row for row in self.rows.get(person, ()) if row.variant in numbers)
        return list({(row.file, row.key): row for row in mine}.values())

    def _spells(self, person: int, variants: Iterable[Variant]) -> list[Spell]:
        numbers = {variant.number for variant in variants}
        return [spell for spell in self.spells.get(person, ()) if spell.variant in numbers]


def group_sentences(variants: Iterable[Variant], titles: Mapping[str, str]) -> list[tuple[str, list[Variant]]]:
    """Criteria of one kind that have one title share a sentence, at the place of the first."""
    groups: dict[tuple[str, type], list[Variant]] = defaultdict(list)
    for variant in variants:
        groups[titles[variant.name], type(variant.criterion)].append(variant)
    return [(title, group) for (title, _), group in groups.items()]


def signed_off(plan: Plan) -> list[Variant]:
    """The criteria of certificates that say someone is not at work."""
    at_work = set(plan.rule.in_work.in_work if plan.rule.in_work else ())
    return [
        v for v in plan.variants if as_certificates(v.criterion) and at_work.isdisjoint(v.criterion.selection.roles)
    ]


def build_rows(engine: Engine, reasons: Reasons) -> dict[int, tuple[str, ListRow]]:
    """The practice and the list's row of each person whose reasons were gathered, by `person_row`."""
    chosen, decision = reasons.plan.table("chosen"), reasons.plan.table("decision")
    sql = (
        f"SELECT p.*, d.work FROM patient p JOIN {chosen} c ON c.person_row = p.person_row "  # noqa: S608
        f"JOIN {decision} d ON d.person_row = p.person_row ORDER BY p.person_row"
    )
    records = ((int(str(record["person_row"])), record) for record in engine.fetch_dicts(sql))
    return {person: (str(record["practice_id"]), _row(record, person, reasons)) for person, record in records}


def group_by_practice(rows: Iterable[tuple[str, ListRow]]) -> dict[str, list[ListRow]]:
    """The rows of each practice's list, in the order they are reviewed."""
    found: dict[str, list[ListRow]] = defaultdict(list)
    for practice, row in rows:
        found[practice].append(row)
    return {practice: in_order(mark_homes(people)) for practice, people in found.items()}


def in_order(people: Iterable[ListRow]) -> list[ListRow]:
    """The newest certificate first, then the newest entry; people without either come last, by name."""
    return sorted(people, key=_order)


def _row(record: Mapping[str, object], person: int, reasons: Reasons) -> ListRow:
    def text(name: str) -> str:
        return "" if record[name] is None else str(record[name])

    exact = record["birth_precision"] == "day"  # the first possible day must not be read as the birthday
    born = record["date_of_birth"] if exact else None
    return ListRow(
        study_code="",  # drawn by the ledger, once per person and study
        nhs_number=text("nhs_number"),
        local_number=text("local_number"),
        title=text("title"),
        given_name=text("given_name"),
        surname=text("surname"),
        date_of_birth=None if born is None else date.fromordinal(int(str(born))),
        age=_age(record, reasons.plan.index),
        sex=text("sex"),
        why=reasons.why(person),
        in_work_evidence=text("work"),
        in_work_because=reasons.work(person, text("work")),
        flags=reasons.flags(person, record),
        first_listed=None,  # known to the ledger only
        newest=reasons.newest(person),
        home=home_of((text(f"address_{n}") for n in range(1, 6)), text("postcode")),
    )


def _age(record: Mapping[str, object], index: date) -> str:
    """`50`, `49 or 50` where the day of birth is not known, or nothing."""
    if record["date_of_birth"] is None:
        return ""
    first = int(str(record["date_of_birth"]))
    ends = {"month": month_ends(first)[0], "year": month_ends(first)[1]}
    last = ends.get(str(record["birth_precision"]), first)
    ages = {completed_years(date.fromordinal(day), index): None for day in (last, first)}
    return " or ".join(map(str, ages))


def _order(row: ListRow) -> tuple[int, str, str, str, str, str]:
    born = row.date_of_birth.isoformat() if row.date_of_birth else ""
    names = (row.surname.casefold(), row.given_name.casefold())
    return (-row.newest.toordinal() if row.newest else 0, *names, born, row.nhs_number, row.local_number)
