"""EMIS-X Explorer's exports, of the older tables and of the current models, always whole.

`format` is what others see of it; `read` is the order of work, from `files` and `tables` by `stage` to `deliver`.
"""
