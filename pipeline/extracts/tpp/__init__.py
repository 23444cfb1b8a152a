"""TPP SystmOne's Strategic Reporting Extract: full extracts, and the changes after them.

`format` is what other rooms use; `read` sets out the order of work: `files`, `tables`, `stage`, `deliver`.
"""
