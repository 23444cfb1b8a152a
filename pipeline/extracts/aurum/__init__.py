"""CPRD Aurum: a research copy of EMIS records under pseudonyms, always whole.

`format` is what other rooms use; `read` sets out the order of work: `files`, `tables`, `stage`, `deliver`.
"""
