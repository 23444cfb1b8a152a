"""One module per supplier format: files to canonical tables, and what that format cannot carry; rejects are kept."""
