"""EMIS-X Explorer's exports, in the older tables or the current models, always whole.

`format` is what other rooms use; `read` sets out the order of work: `files`, `tables`, `stage`, `deliver`.
"""
