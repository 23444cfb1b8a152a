"""Whether an extract may be believed: counts, thresholds, findings in words, and the page that says them."""
