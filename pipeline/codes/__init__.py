"""Code systems and code lists: how a code is written, what a list says, and which rows of an extract it matches.

Not here: what a rule does with a list (`rules`), and the lists themselves (the folder `codelists`).
"""
