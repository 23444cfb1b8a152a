"""A report of patients that a practice exported from its own system: whom it names, and which lines name nobody."""
