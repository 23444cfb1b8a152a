"""Casefinder's own canonical tables, for suppliers whose format it does not know, always whole.

`format` is what other rooms use; `read` sets out the order of work: `files`, `stage`, `rows`, `deliver`.
"""
