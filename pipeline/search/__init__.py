"""From a rule to the people it finds and why: compile to named SQL steps, and run them on an engine.

`kinds` is what each kind of criterion means, `doubt` how a row in doubt is read, `in_memory` the oracle. Not here: what
a rule may say (`rules`), who is one person (`people`), or how a list looks (`lists`).
"""
