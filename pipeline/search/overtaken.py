"""Certificates that overtake a record of being in work: later than it, and certain to be long enough."""

from __future__ import annotations

from pipeline.dates import Duration
from pipeline.rules.criteria import CertificatesCriterion, Spell
from pipeline.rules.model import InWork, Rule
from pipeline.rules.selection import Certificates
from pipeline.search.basis import Basis, in_work_number
from pipeline.search.doubt.readings import Variant
from pipeline.search.kinds import certificates
from pipeline.search.step import Step


def later_certificates(in_work: InWork | None) -> CertificatesCriterion | None:
    """What may overtake, as a criterion. Its `assume` changes nothing: an assumed length overtakes nothing."""
    if not in_work or not in_work.unless_later:
        return None
    wanted, day = in_work.unless_later, Duration(1, "days")
    return CertificatesCriterion(
        certificates=Certificates(codelists=in_work.codelists, roles=wanted.roles),
        spell=Spell(gap=Duration(0, "days"), lasts=wanted.lasts, assume=day),
    )


def overtaking_notes(rule: Rule, basis: Basis) -> Step | None:
    """The table of those certificates, read for the person: only what is certain. None if the rule has none."""
    criterion = later_certificates(rule.in_work)
    if not criterion:
        return None
    variant = Variant(0, in_work_number(rule), "in_work", criterion, "for")
    return certificates.Certificates(criterion).notes(variant, basis)


def overtaken_sql(in_work: InWork, notes: Step, basis: Basis) -> tuple[str, str]:
    """Whether a row (b) is overtaken, and the join for it: the last certificate (o) begins after the row's day."""
    assert in_work.unless_later
    wanted = in_work.unless_later
    last = (
        f"SELECT person_row, MAX(starts) AS starts FROM {notes.writes} WHERE assumed = 0 "
        f"AND ends - starts >= {wanted.lasts.days} GROUP BY person_row"
    )
    weak = f"b.role IN ({basis.role_list(wanted.overtakes)})"
    condition = f"b.side = 'in_work' AND {weak} AND COALESCE(o.starts, 0) > b.newest"
    return condition, f" LEFT JOIN ({last}) o ON o.person_row = b.person_row"
