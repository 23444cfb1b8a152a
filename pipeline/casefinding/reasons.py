"""Everything a list says about why a person is on it: sentences, flags and what the record says about work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from pipeline.people.own_registration import Identity
from pipeline.rules.criteria import as_certificates
from pipeline.rules.expression import names
from pipeline.search.compile import Plan
from pipeline.search.doubt.readings import Variant
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
