"""Here: findings in words, in one line each for many practices, as a page and as JSON.
Not here: any count or threshold; nor a run's folder, which the caller names."""
