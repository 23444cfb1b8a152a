"""A past for an EMIS extract: an earlier night's bulk, and what each night since then sent.

Here: what may have happened to rows before the last night. Not here: the rows themselves.
"""
