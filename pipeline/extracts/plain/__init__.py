"""Casefinder's own canonical tables, for suppliers whose format it does not know, always whole.

`format` is what others see of it; `read` is the order of work, from `files` and `tables` by `stage` to `deliver`.
"""
