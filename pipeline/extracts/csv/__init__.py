"""CSV files as DuckDB relations whose books balance: header, damage, repair, rejected lines.

Here: what is true of any CSV. Not here: a supplier's names, columns or values.
"""
