"""Here: what happened to each row of an EMIS extract over a number of nights, and the files that say so.
Not here: the extract as it is at the end."""
