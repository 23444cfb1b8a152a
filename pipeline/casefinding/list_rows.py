"""Turns the people found into the rows of each practice's list, each with its reasons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from pipeline.lists.row import ListRow
from pipeline.people.own_registration import Identity
from pipeline.rules.expression import names
from pipeline.search.compile import Plan
from pipeline.search.doubt.readings import Variant
from pipeline.search.engine import Engine
from pipeline.search.evidence_text import EvidenceRow, Spell, say_work, title
from pipeline.search.in_work import IN_WORK
from pipeline.search.kinds.kind_of import kind_of

DOUBTS = {
    "no_number": "No NHS number",
    "invalid_number": "NHS number fails its check",
    "number_shared": "NHS number also on a record with another date of birth",
    "number_of_dead": "NHS number also on the record of someone who has died, with another date of birth",
}
RESTRICTED_ELSEWHERE = "Another record with this NHS number is restricted"


@dataclass(frozen=True)
class Reasons:
    """Everything a list says about why people are on it, by `person_row`.

    `nominated`: the sentence about a nomination.
    """

    plan: Plan
    rows: Mapping[int, Sequence[EvidenceRow]]
    spells: Mapping[int, Sequence[Spell]]
    identities: Mapping[int, Identity]
    nominated: Mapping[int, str] = field(default_factory=dict)

    def why(self, person: int) -> str:
        """A nomination first, then each true include criterion with the rows behind it, one to a line."""
        included = {name for name, positive in names(self.plan.rule.include) if positive}
        wanted = [v for v in self.plan.variants if v.reading == "for" and v.name in included]
        said = [self.nominated.get(person, ""), *(self._say(person, variant) for variant in wanted)]
        return "\n".join(filter(None, said))

    def flags(self, person: int, record: Mapping[str, object]) -> str:
        """The rule's flags, then those of every rule: restricted records, care homes, doubtful NHS numbers."""
        true = {row.variant for row in self.rows.get(person, ())}
        flags = [v for v in self.plan.variants if v.reading == "against" and v.name in self.plan.rule.flag]
        named = [variant.name for variant in flags if variant.number in true]
        identity = self.identities[person]
        built_in = (
            "Restricted record" if record["is_restricted"] else "",
            "Care home" if record["institution"] else "",
            RESTRICTED_ELSEWHERE if identity.is_restricted_elsewhere else "",
            DOUBTS[identity.doubt] if identity.doubt else "",
        )
        return "; ".join([*(title(name) for name in named), *filter(None, built_in)])

    def work(self, person: int) -> str:
        return say_work(row for row in self.rows.get(person, ()) if row.variant == IN_WORK)

    def _say(self, person: int, variant: Variant) -> str:
        rows = [row for row in self.rows.get(person, ()) if row.variant == variant.number]
        if not rows:
            return ""
        spells = [spell for spell in self.spells.get(person, ()) if spell.variant == variant.number]
        return kind_of(variant.criterion).say_evidence(variant.name, rows, spells)


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
    """The rows of each practice's list, in order of name."""
    found: dict[str, list[ListRow]] = defaultdict(list)
    for practice, row in rows:
        found[practice].append(row)
    return {practice: in_order(people) for practice, people in found.items()}


def in_order(people: Iterable[ListRow]) -> list[ListRow]:
    """By name, as a list is read."""
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
        sex=text("sex"),
        why=reasons.why(person),
        in_work_evidence=text("work"),
        in_work_because=reasons.work(person),
        flags=reasons.flags(person, record),
        first_listed=None,  # known to the ledger only
    )


def _order(row: ListRow) -> tuple[str, str, str, str, str]:
    born = row.date_of_birth.isoformat() if row.date_of_birth else ""
    names = (row.surname.casefold(), row.given_name.casefold())
    return (*names, born, row.nhs_number, row.local_number)
