"""The oracle: what a rule means, in plain Python over one person's rows at a time. Slow, and written to be read."""
