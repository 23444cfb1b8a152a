"""What is said where a file of the store turns out to be damaged only as it is read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from pipeline.errors import StoreError

# Of our own SQL, or of the machine: no damage to a file raises them.
_NOT_DAMAGE = (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException, duckdb.OutOfMemoryException)


@contextmanager
def damage_said(store: Path) -> Iterator[None]:
    """Raises StoreError in place of what DuckDB raises for a damaged file, whose words may quote what stands there."""
    try:
        yield
    except duckdb.Error as error:
        if isinstance(error, _NOT_DAMAGE) or "No space left" in str(error) or "Disk quota" in str(error):
            raise
        raise StoreError(
            f"A file of the store {store} is damaged. 'casefinder store verify {store}' says which. Restore it from a "
            "backup, or build the store again."
        ) from None
