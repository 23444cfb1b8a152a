"""EMIS Web's bulk extract (Extract Service, IM1 bulk): full extracts, and numbered deliveries after them.

`format` is what other rooms use; `read` sets out the order of work: `files`, `tables`, `stage`, `deliver`.
"""
