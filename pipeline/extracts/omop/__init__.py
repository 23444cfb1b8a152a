"""An OMOP Common Data Model 5.4 database, as files or as one DuckDB file, always whole.

`format` is what others see of it; `read` is the order of work, from `files` and `tables` by `stage` to `deliver`.
"""
