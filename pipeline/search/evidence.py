"""The rows of the record behind each true criterion, for the people in a table `chosen(person_row)`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from pipeline.rules.criteria import as_certificates
from pipeline.search.compile import Plan
from pipeline.search.doubt.days import length_unknown
from pipeline.search.doubt.readings import Variant
from pipeline.search.engine import Engine, run_steps
from pipeline.search.evidence_text import EvidenceRow, Spell
from pipeline.search.in_work import in_work_evidence
from pipeline.search.kinds.kind_of import kind_of
from pipeline.search.step import Step

SPELL = ("starts", "ends", "known", "notes", "assumed")
NO_SPELL = f"SELECT {', '.join(f'0 AS {column}' for column in ('variant', 'person_row', *SPELL))} WHERE 1 = 0"


def evidence_steps(plan: Plan) -> tuple[Step, ...]:
    """Steps that leave `evidence` (a row per row of the record) and `lasting_spell` (a row per spell that counts)."""
    return (*_steps_of_kinds(plan), *_gathered(plan))


def _steps_of_kinds(plan: Plan) -> Iterator[Step]:
    for variant in plan.variants:
        yield from kind_of(variant.criterion).evidence(variant, plan)
    if plan.rule.in_work:
        yield in_work_evidence(plan)


def _gathered(plan: Plan) -> Iterator[Step]:
    """All of it in one table each."""
    with_spells = [variant for variant in plan.variants if kind_of(variant.criterion).has_spells]
    spells = [plan.criterion_table(variant, "lasting") for variant in with_spells]
    said = "Every spell that counts for some criterion, of people chosen."
    yield Step(plan.table("lasting_spell"), tuple(spells), said, _union(spells) if spells else NO_SPELL)
    rows = [plan.criterion_table(variant, "evidence") for variant in plan.variants]
    rows += [plan.table("work_reason")] if plan.rule.in_work else []
    yield Step(plan.table("evidence"), tuple(rows), "Every row behind some criterion, of people chosen.", _union(rows))


def _union(tables: Iterable[str]) -> str:
    return " UNION ALL ".join(f"SELECT * FROM {table}" for table in tables)


def gather(
    engine: Engine, plan: Plan, people: Iterable[int]
) -> tuple[dict[int, list[EvidenceRow]], dict[int, list[Spell]]]:
    """The rows and the spells behind these people's true criteria, by `person_row`. Leaves the table `evidence`."""
    engine.fill(plan.table("chosen"), ("person_row BIGINT",), [(person,) for person in people])
    run_steps(engine, evidence_steps(plan))
    return _read_rows(engine, plan), _read_spells(engine, plan)


def _read_rows(engine: Engine, plan: Plan) -> dict[int, list[EvidenceRow]]:
    names = {number: role for role, number in plan.roles.items()}
    rows: dict[int, list[EvidenceRow]] = defaultdict(list)
    sql = (
        "SELECT e.person_row, e.variant, e.role, COALESCE(c.term, 'no term') AS term, e.first_day, e.last_day, "
        f"e.impossible_day, e.is_confidential, f.file, e.source_key FROM {plan.table('evidence')} e "
        "LEFT JOIN code c ON c.code_id = e.code_id LEFT JOIN source_file f ON f.file_id = e.source_file "
        "ORDER BY e.person_row, e.variant, e.first_day, e.source_file, e.source_key"
    )
    for person, variant, role, term, first, last, impossible, hidden, file, key in engine.fetch(sql):
        rows[person].append(EvidenceRow(variant, names[role], term, first, last, impossible, bool(hidden), file, key))
    return rows


def _read_spells(engine: Engine, plan: Plan) -> dict[int, list[Spell]]:
    spells: dict[int, list[Spell]] = defaultdict(list)
    variants = {variant.number: variant for variant in plan.variants}
    columns = f"person_row, variant, {', '.join(SPELL)}"
    sql = f"SELECT {columns} FROM {plan.table('lasting_spell')} ORDER BY person_row, variant, starts"
    for person, variant, *spell in engine.fetch(sql):
        spells[person].append(_spell(variants[variant], *spell))
    return spells


def every_spell(engine: Engine, plan: Plan) -> list[Spell]:
    """Every spell of every person decided, long enough or not. Meant for one person's tables."""
    found: list[Spell] = []
    for variant in plan.variants:
        if kind_of(variant.criterion).has_spells:
            table = plan.criterion_table(variant, "spells")
            rows = engine.fetch(f"SELECT {', '.join(SPELL)} FROM {table} ORDER BY starts")
            found += [_spell(variant, *row) for row in rows]
    return found


def _spell(variant: Variant, starts: int, ends: int, known: int, notes: int, assumed: int) -> Spell:
    criterion = as_certificates(variant.criterion)
    assume = length_unknown(criterion.spell.assume, variant.reading) if criterion else 0
    return Spell(variant.number, starts, ends, known, notes, int(assumed), assume)
