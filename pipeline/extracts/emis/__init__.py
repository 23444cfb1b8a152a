"""EMIS Web's bulk extract (Extract Service, IM1 bulk): full extracts, and numbered deliveries after them.

`format` is what others see of it; `read` is the order of work, from `files` and `tables` by `stage` to `deliver`.
"""
