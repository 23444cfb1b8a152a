"""The kinds of criterion: what must hold of the rows that a selection finds.

What all kinds have (`selection`, `table`, `roles_read`) each says itself. What only one has is asked through
`as_counted` or `as_certificates`, in which a new kind must be named before the types agree.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal, assert_never

from pydantic import Discriminator, Field, Tag

from pipeline.rules.fields import Assumed, Length, Name, ShortText, Strict, Text
from pipeline.rules.selection import DURATION_ROLES, Certificates, Latest, Rows, Selection


class Spell(Strict):
    """Notes at most `gap` apart are one spell, which must last `lasts`; a note without a length is taken as `assume`.

    `assume` is None for `none`: only what is certain counts. `assume_because`: why the assumption may be made.
    """

    gap: Length
    lasts: Length
    assume: Assumed
    assume_because: Text | None = None

    def mistakes(self) -> Iterator[str]:
        for name in ("gap", "lasts", "assume"):
            length = getattr(self, name)
            if length is None:
                continue
            if length.days is None:
                yield f"'{name}' is counted in days or weeks, since months differ in length"
            elif name != "gap" and not length.days:
                yield f"'{name}' must be a day at least"
        if self.assume is None and self.assume_because:
            yield "'assume: none' assumes nothing, so it has no 'assume_because'"


class After(Strict):
    """Rows must lie from another criterion's first or last date, or any of them, to `within` after it, both ends in."""

    criterion: Name
    date: Literal["first", "last", "any"] = "first"
    within: Length


class Marked(Strict):
    """What a criterion is worth: `computable`, or `proxy`, with the sentence that says why it is only that.

    `says`: what a list for review calls it. `titles.py` has what it is called without.
    """

    table: ClassVar[Literal["event", "prescription"]] = "event"  # the canonical table that its rows stand in

    says: ShortText | None = None
    mark: Literal["computable", "proxy"] = "computable"
    because: Text | None = None
    source: Text | None = None

    @property
    def meanings_read(self) -> frozenset[str] | None:
        """The meanings whose rows it reads; None is all of them."""
        return None

    def lacks(self) -> Iterator[str]:
        if self.mark == "proxy" and not self.because:
            yield "a proxy says under 'because' why it is only a proxy"


class Counted(Marked):
    """How many there must be, and how far apart.

    `spread`: those that count reach over at least so long. `persists` is that for any two of them, without `at_least`.
    `count`: distinct `dates` (unless said otherwise), `rows` (`issues`, of prescriptions), or distinct `drugs`.
    `at_least` is 1 unless either bound is given; `at_most` alone holds for people without a single row.
    `same: meaning`: it must hold of the rows of one meaning by themselves.
    """

    at_least: Annotated[int, Field(ge=1)] | None = None
    at_most: Annotated[int, Field(ge=0)] | None = None
    count: Literal["dates", "rows", "issues", "drugs"] = "dates"
    persists: Length | None = None
    spread: Length | None = None
    same: Literal["meaning"] | None = None
    after: After | None = None

    @property
    def selection(self) -> Rows:
        """The rows that are counted."""
        raise TypeError(type(self))  # each kind has its own

    @property
    def meanings_read(self) -> frozenset[str] | None:
        return frozenset(self.selection.meanings) or None

    @property
    def roles_read(self) -> frozenset[str] | None:
        """The roles whose rows it reads; None is all of them."""
        return frozenset(self.selection.roles) or None

    @property
    def reach(self) -> Length | None:
        """How far the last that counts must at least lie from the first."""
        return self.spread or self.persists

    @property
    def least(self) -> int:
        """The fewest that will do: 0 where only `at_most` is given."""
        return self.at_least or (1 if self.at_most is None else 0)

    def mistakes(self) -> Iterator[str]:
        if self.at_most is not None and self.least > self.at_most:
            yield "'at_least' is above 'at_most', so no one would be found"
        for word in ("persists", "spread", "same"):
            if self.at_most is not None and getattr(self, word):
                yield f"'{word}' needs rows to be there: it does not go with 'at_most'"
        if self.persists and self.at_least:
            yield "'persists' is for two of them: with 'at_least', write 'spread' instead"

    def lacks(self) -> Iterator[str]:
        yield from super().lacks()
        if self.spread and (self.at_least or 0) < 2:
            yield "'spread' goes with an 'at_least' of 2 or more; for two, 'persists' alone says it"
        if self.same and self.at_most is None and self.least < 2 and not self.persists:
            yield "'same' compares rows: it needs 'persists', or 'at_least' of 2 or more"


class EventsCriterion(Counted):
    events: Rows

    def mistakes(self) -> Iterator[str]:
        yield from super().mistakes()
        if self.count in ("issues", "drugs"):
            yield f"'count: {self.count}' is for prescriptions; events have dates and rows"

    @property
    def selection(self) -> Rows:
        return self.events


class PrescriptionsCriterion(Counted):
    table: ClassVar[Literal["event", "prescription"]] = "prescription"

    prescriptions: Rows

    @property
    def selection(self) -> Rows:
        return self.prescriptions


class CertificatesCriterion(Marked):
    certificates: Certificates
    spell: Spell
    after: After | None = None

    @property
    def selection(self) -> Selection:
        return self.certificates

    @property
    def roles_read(self) -> frozenset[str] | None:
        """Its own, and those that say how long a note lasts."""
        return frozenset((*self.certificates.roles, *DURATION_ROLES))


class LatestCriterion(Marked):
    latest: Latest

    @property
    def selection(self) -> Selection:
        return self.latest

    @property
    def roles_read(self) -> frozenset[str] | None:
        """All of them, or the newest row could not be known."""
        return None


KINDS = ("events", "prescriptions", "certificates", "latest")


def kind_key(value: object) -> str | None:
    """Which kind of criterion this is: the one kind key it has."""
    if isinstance(value, dict):
        found = [kind for kind in KINDS if kind in value]
        return found[0] if len(found) == 1 else None
    return next((kind for kind in KINDS if hasattr(value, kind)), None)


Criterion = Annotated[
    Annotated[EventsCriterion, Tag("events")]
    | Annotated[PrescriptionsCriterion, Tag("prescriptions")]
    | Annotated[CertificatesCriterion, Tag("certificates")]
    | Annotated[LatestCriterion, Tag("latest")],
    Discriminator(
        kind_key,
        custom_error_type="criterion_kind",
        custom_error_message=f"a criterion must have exactly one of: {', '.join(KINDS)}",
    ),
]


def as_counted(criterion: Criterion) -> EventsCriterion | PrescriptionsCriterion | None:
    """The criterion itself, if it counts rows."""
    match criterion:
        case EventsCriterion() | PrescriptionsCriterion():
            return criterion
        case CertificatesCriterion() | LatestCriterion():
            return None
        case _:
            assert_never(criterion)


def needs_no_row(criterion: Criterion) -> bool:
    """Whether it holds for an empty record: one that gives `at_most` alone."""
    counted = as_counted(criterion)
    return counted is not None and counted.least == 0


def as_certificates(criterion: Criterion) -> CertificatesCriterion | None:
    """The criterion itself, if it merges fit notes into spells."""
    match criterion:
        case CertificatesCriterion():
            return criterion
        case EventsCriterion() | PrescriptionsCriterion() | LatestCriterion():
            return None
        case _:
            assert_never(criterion)


def after_of(criterion: Criterion) -> After | None:
    """What its rows must come after, if anything."""
    return None if isinstance(criterion, LatestCriterion) else criterion.after
