"""From a rule to the people it finds: compile to named SQL steps, run them on an engine, say why."""
