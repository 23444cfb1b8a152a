"""One search, from an open store to the rows of the lists: prepare, select, explain. And what a rule needs to be run.

Not here: how a rule becomes SQL (`search`), how a row looks on paper (`lists`), or any file that a run writes (`runs`).
"""
