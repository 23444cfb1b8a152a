"""TPP SystmOne's Strategic Reporting Extract: full extracts, and the changes after them.

`format` is what others see of it; `read` is the order of work, from `files` and `tables` by `stage` to `deliver`.
"""
