"""What an author should look at again: parts of a rule that change nothing, or more than they seem to."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.rules.contradictions import trees
from pipeline.rules.criteria import CertificatesCriterion, after_of, as_certificates
from pipeline.rules.expression import names
from pipeline.rules.load import LoadedRule
from pipeline.rules.yaml_source import Problem


def unused(loaded: LoadedRule) -> Iterator[Problem]:
    used = {name for _, tree in trees(loaded) for name, _ in names(tree)}
    used |= {after.criterion for one in loaded.rule.criteria.values() if (after := after_of(one))}
    for name in loaded.rule.criteria:
        if name not in used:
            yield loaded.problem(("criteria", name), f"'{name}' is not used anywhere, so it has no effect")


def work_without_effect(loaded: LoadedRule) -> Iterator[Problem]:
    """Roles whose look-back, or whose overtaking, changes nothing: no side has them."""
    in_work = loaded.rule.in_work
    if not in_work:
        return
    overtakes = in_work.unless_later.overtakes if in_work.unless_later else ()
    for place, roles, known in (
        (("look_back", "roles"), in_work.look_back.roles, in_work.speaking),
        (("unless_later", "overtakes"), overtakes, in_work.in_work),
    ):
        for role in roles:
            if role not in known:
                yield loaded.problem(
                    ("in_work", *place), f"'{role}' has no effect here, as the rule does not use it so"
                )


def assumed_too_long(loaded: LoadedRule) -> Iterator[Problem]:
    for name, one in loaded.rule.criteria.items():
        criterion = as_certificates(one)
        if criterion and _assumed_alone_is_enough(criterion):
            message = "'assume' is as long as 'lasts': any single note without a length would be enough"
            yield loaded.problem(("criteria", name, "spell", "assume"), message)


def _assumed_alone_is_enough(criterion: CertificatesCriterion) -> bool:
    assume = criterion.spell.assume
    return assume is not None and (assume.days or 0) >= (criterion.spell.lasts.days or 0)


def assumed_without_reason(loaded: LoadedRule) -> Iterator[Problem]:
    """For the rule's author alone: an assumption adds letters, so a reader must be able to judge it."""
    for name, one in loaded.rule.criteria.items():
        criterion = as_certificates(one)
        if criterion and criterion.spell.assume and not criterion.spell.assume_because:
            message = (
                f"'assume: {criterion.spell.assume}' puts people on the list without certain evidence: say under "
                "'assume_because' why a note may be taken to last that long, or write 'assume: none'"
            )
            yield loaded.problem(("criteria", name, "spell", "assume"), message)
