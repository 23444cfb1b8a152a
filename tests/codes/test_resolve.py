"""Which rows of an extract a list means. Rows are invented; each answer is worked out in a comment or is plain."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.codes.code_index import CodeIndex, CodeRow
from pipeline.codes.codelist import CodeList
from pipeline.codes.entries import Entry
from pipeline.codes.metadata import CodeListMetadata
from pipeline.codes.resolve import Resolution, resolve
from pipeline.codes.systems import System


def row(code_id: int, **columns: str) -> CodeRow:
    """A row of the code table; `product` makes it a medicine of that name."""
    got = columns.get
    term = got("product") or got("term")
    written = (got("snomed"), got("read2"), got("ctv3"), got("dmd"), got("bnf"), got("local"))
    return (code_id, *written, term, int("product" in columns))


def entry(
    system: System, code: str, role: str | None = None, children: bool = False, shut: str = "", line: int = 2
) -> Entry:
    return Entry(system, code, "", role, children, tuple(w for w in shut.split("|") if w), "", line)


def codelist(*entries: Entry, name: str = "a-list") -> CodeList:
    roles = frozenset(e.role for e in entries if e.role)
    return CodeList(name, name, "1", Path(f"{name}.csv"), "", entries, roles, CodeListMetadata({}, {}), ())


def found(
    rows: list[CodeRow], *entries: Entry, parents: tuple[tuple[int, int], ...] = (), roles: set[str] | None = None
) -> Resolution:
    wanted = None if roles is None else frozenset(roles)
    return resolve([codelist(*entries)], wanted, CodeIndex.build(rows, parents))


def ids(resolution: Resolution) -> list[int]:
    return [match.code_id for match in resolution.matches]


def test_five_read_characters_match_every_term_and_seven_only_themselves() -> None:
    rows = [row(1, read2="A531.00"), row(2, read2="A531.11"), row(3, read2="A531.12"), row(4, read2="A5310"), row(5)]
    assert ids(found(rows, entry("read2", "A531."))) == [1, 2, 3]
    assert ids(found(rows, entry("read2", "A531.11"))) == [2]


def test_case_is_kept() -> None:
    rows = [row(1, read2="9Nu0.00", ctv3="XaZ8A"), row(2, read2="9NU0.00", ctv3="XaZ8a")]
    assert ids(found(rows, entry("read2", "9Nu0."))) == [1]
    assert ids(found(rows, entry("ctv3", "XaZ8A"))) == [1]


def test_each_system_looks_in_its_own_column() -> None:
    rows = [row(1, snomed="82423001"), row(2, dmd="82423001"), row(3, local="82423001"), row(4, ctv3="13J7.")]
    assert ids(found(rows, entry("snomed", "82423001"))) == [1]
    assert ids(found(rows, entry("dmd", "82423001"))) == [2]
    assert ids(found(rows, entry("read2", "13J7."))) == []


def test_bnf_is_a_prefix() -> None:
    rows = [row(1, bnf="0407020Q0AAAAAA"), row(2, bnf="0407020Q0"), row(3, bnf="0407020A0AAAAAA")]
    assert ids(found(rows, entry("bnf", "0407020Q0"))) == [1, 2]
    assert ids(found(rows, entry("bnf", "0407"))) == [1, 2, 3]


def test_read2_children_are_by_its_own_dots() -> None:
    codes = ["N23..00", "N239.00", "N239011", "N24..00", "n239.00", "N2...00"]
    rows = [row(number, read2=code) for number, code in enumerate(codes)]
    matches = found(rows, entry("read2", "N23..", children=True)).matches
    assert [(m.code_id, m.how) for m in matches] == [(0, "any term"), (1, "child"), (2, "child")]
    assert ids(found(rows, entry("read2", "N23.."))) == [0]


def test_other_children_come_from_the_extracts_hierarchy_all_the_way_down() -> None:
    rows = [row(1, snomed="363346000"), row(2, snomed="100000"), row(3, ctv3="B34.."), row(4, snomed="200000")]
    parents = ((2, 1), (3, 2), (1, 4))  # 4 over 1 over 2 over 3
    below = found(rows, entry("snomed", "363346000", children=True), parents=parents).matches
    assert [(m.code_id, m.how) for m in below] == [(1, "exact"), (2, "child"), (3, "child")]
    assert ids(found(rows, entry("snomed", "363346000"), parents=parents)) == [1]


def test_a_circle_in_the_hierarchy_does_not_hang() -> None:
    rows = [row(1, snomed="363346000"), row(2), row(3)]
    parents = ((2, 1), (3, 2), (1, 3), (2, 2))
    matches = found(rows, entry("snomed", "363346000", children=True), parents=parents).matches
    assert [(m.code_id, m.how) for m in matches] == [(1, "exact"), (2, "child"), (3, "child")]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=30))
def test_descendants_are_all_that_can_be_reached(parents: list[tuple[int, int]]) -> None:
    """Against the plain definition: add children of what is there until nothing is new."""
    reached: set[int] = set()
    while new := {child for child, parent in parents if parent in reached | {0}} - reached:
        reached |= new
    assert CodeIndex.build([], parents).descendants([0]) == reached


PRODUCTS = [
    row(1, product="Codeine 30mg tablets"),
    row(2, product="CODEINE PHOSPHATE/30 mg"),
    row(3, product="Codeine 15mg/5ml linctus"),
    row(4, product="Codeinex tablets"),
    row(5, product="Generic Codeine tablets"),
    row(6, product="Paracetamol and codeine tablets"),
    row(7, term="Codeine allergy"),  # a clinical code, not a product
    row(8, product="Co-codamol 8mg/500mg tablets"),
    row(9, product="Co Codamol 30/500"),
    row(10, product="\u00ae"),  # no word at all
]


@pytest.mark.parametrize(
    ("code", "shut", "expected"),
    [
        ("Codeine", "", [1, 2, 3, 5]),
        ("codeine", "linctus", [1, 2, 5]),
        ("Codeine", "LINCTUS|phosphate 30", [1, 5]),  # a run of words is shut out as a whole
        ("Codeine", "linct", [1, 2, 3, 5]),  # half a word shuts out nothing
        ("Codeine 30mg", "", [1]),
        ("Co-codamol", "", [8, 9]),
        ("Codamol", "", []),  # only leading words
    ],
)
def test_names(code: str, shut: str, expected: list[int]) -> None:
    assert ids(found(PRODUCTS, entry("name", code, shut=shut))) == expected


def test_snomed_wins_over_another_code_of_the_row_and_the_conflict_is_reported() -> None:
    rows = [row(1, snomed="14241000000101", ctv3="XaX1E"), row(2, ctv3="XaX1E")]
    back = entry("snomed", "14241000000101", "back_to_work", line=3)
    not_fit = entry("ctv3", "XaX1E", "not_fit", line=2)
    resolution = found(rows, not_fit, back)
    assert [(m.code_id, m.role) for m in resolution.matches] == [(1, "back_to_work"), (2, "not_fit")]
    (conflict,) = resolution.conflicts
    assert (conflict.won.entry, conflict.lost.entry) == (back, not_fit)


def test_roles_are_asked_for_after_every_entry_has_spoken() -> None:
    """Row 1 is back to work by SNOMED, so it is no certificate of being unfit, whatever its CTV3 code says."""
    rows = [row(1, snomed="14241000000101", ctv3="XaX1E"), row(2, ctv3="XaX1E"), row(3, ctv3="XaEF4")]
    entries = (
        entry("snomed", "14241000000101", "back_to_work"),
        entry("ctv3", "XaX1E", "not_fit"),
        entry("ctv3", "9D11.", "not_fit"),
        entry("ctv3", "9D14.", "back_to_work"),
    )
    resolution = found(rows, *entries, roles={"not_fit"})
    assert ids(resolution) == [2]
    assert [e.code for _, e in resolution.unmatched] == ["9D11."]  # 9D14. was not asked for
    assert ids(found(rows, entry("ctv3", "XaX1E"), roles={"not_fit"})) == []  # no role is not a role


def test_the_better_match_wins_then_the_earlier_line_and_that_is_no_conflict() -> None:
    rows = [row(1, read2="9D15.00")]
    heading = entry("read2", "9D1..", "unspecified", children=True, line=2)
    five = entry("read2", "9D15.", "not_fit", line=3)
    seven = entry("read2", "9D15.00", "duplicate", line=4)
    for entries, how in (((heading,), "child"), ((heading, five), "any term"), ((heading, five, seven), "exact")):
        resolution = found(rows, *entries)
        (match,) = resolution.matches
        assert (match.entry, match.how) == (entries[-1], how)
        assert resolution.conflicts == ()
    twice = found([row(1, product="Codeine 30mg")], entry("name", "Codeine 30mg", line=5), entry("name", "Codeine"))
    assert [m.entry.line for m in twice.matches] == [2]


def test_a_name_and_an_id_count_alike_and_the_row_further_up_wins() -> None:
    rows = [row(1, dmd="42129711000001109", product="Gabapentin 300mg capsules")]
    for lines, role in (((2, 3), "by_name"), ((3, 2), "by_id")):
        name = entry("name", "Gabapentin", "by_name", line=lines[0])
        resolution = found(rows, name, entry("dmd", "42129711000001109", "by_id", line=lines[1]))
        assert [match.role for match in resolution.matches] == [role]


def test_five_characters_of_the_list_named_first_win_over_seven_of_the_next() -> None:
    first = codelist(entry("read2", "9D15.", "first"), name="one")
    second = codelist(entry("read2", "9D15.00", "second"), name="two")
    resolution = resolve([first, second], None, CodeIndex.build([row(1, read2="9D15.00")], []))
    assert [match.role for match in resolution.matches] == ["first"]
    assert [conflict.lost.role for conflict in resolution.conflicts] == ["second"]


def test_the_list_named_first_does_not_win_through_a_parent() -> None:
    first = codelist(entry("read2", "9D1..", "first", children=True), name="one")
    second = codelist(entry("read2", "9D15.", "second"), name="two")
    resolution = resolve([first, second], None, CodeIndex.build([row(1, read2="9D15.00")], []))
    assert [match.role for match in resolution.matches] == ["second"]


def test_two_lists_that_disagree_are_a_conflict_and_the_first_named_wins() -> None:
    # In the first list the code stands further down than in the second: the order of the lists counts, not the line.
    first = codelist(entry("ctv3", "XaaDb", "declined", line=9), name="first")
    second = codelist(entry("ctv3", "XaaDb", "invited", line=2), name="second")
    resolution = resolve([first, second], None, CodeIndex.build([row(1, ctv3="XaaDb")], []))
    assert [(m.list_name, m.role) for m in resolution.matches] == [("first", "declined")]
    assert [(c.lost.list_name, c.lost.role) for c in resolution.conflicts] == [("second", "invited")]


def test_what_the_extract_lacks_is_said_and_a_losing_entry_is_not_lacking() -> None:
    rows = [row(1, snomed="82423001", ctv3="XSGKA")]
    resolution = found(rows, entry("snomed", "82423001"), entry("ctv3", "XSGKA"), entry("ctv3", "Xa0sK"))
    assert [(name, e.code) for name, e in resolution.unmatched] == [("a-list", "Xa0sK")]
    assert found([], entry("name", "Codeine")).matches == ()


@given(st.permutations(PRODUCTS))
def test_the_order_of_the_extract_does_not_matter(rows: list[CodeRow]) -> None:
    entries = (entry("name", "Codeine"), entry("name", "Codeine 30mg", line=3), entry("name", "Co-codamol", line=4))
    assert found(rows, *entries) == found(PRODUCTS, *entries)
