"""The oracle: what a rule means, in plain Python over one person's rows at a time. Slow, and written to be read.

One module per kind of criterion, as in `search/kinds`; `doubt` is how a row in doubt is read. Nothing of the SQL.
"""
