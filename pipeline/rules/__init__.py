"""What a rule may say: strict models, YAML with `file:line:col` errors, checks against code lists. Loading is pure."""
