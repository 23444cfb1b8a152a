"""Code systems and code lists: what a code may look like, what a list says, and which rows of an extract it means."""
