"""The nine people's small records as every supplier would write them: the files of a sound folder, by name.

A format without an entry here fails a test: nothing is read that was not attacked.
"""

from __future__ import annotations

from collections.abc import Callable

from pipeline.extracts.csv.relation import COMMA, Dialect
from tests.hostile.in_emis import emis, explorer, explorer_older
from tests.hostile.in_others import aurum, tpp
from tests.hostile.in_tables import omop, omop_duckdb, omop_parquet, plain, plain_parquet

Files = dict[str, bytes]

FOLDERS: dict[str, Callable[[], Files]] = {
    "emis": emis,
    "plain": plain,
    "plain_parquet": plain_parquet,
    "explorer": explorer,
    "explorer_older": explorer_older,
    "omop": omop,
    "omop_parquet": omop_parquet,
    "omop_duckdb": omop_duckdb,
    "tpp": tpp,
    "aurum": aurum,
}
TABBED = Dialect("\t", "", "latin-1")
TEXT = {
    "emis": COMMA,
    "plain": COMMA,
    "explorer": COMMA,
    "explorer_older": COMMA,
    "omop": COMMA,
    "tpp": Dialect(encoding="cp1252"),
    "aurum": TABBED,
}
