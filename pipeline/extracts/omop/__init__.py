"""An OMOP Common Data Model 5.4 database, as files or as one DuckDB file, always whole.

`format` is what other rooms use; `read` sets out the order of work: `files`, `tables`, `stage`, `deliver`.
"""
