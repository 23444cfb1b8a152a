"""What the pages share: one look, no script, nothing fetched."""
