"""Here: whether an extract can be trusted: count it, judge the counts, and report the findings in words and on a page.
Not here: which rows a rule needs (casefinding), nor where a run puts its files (runs); paths come as parameters."""
