"""CPRD Aurum: a research copy of EMIS records under pseudonyms, always whole.

`format` is what others see of it; `read` is the order of work, from `files` and `tables` by `stage` to `deliver`.
"""
