"""What the documents are made by (drawings, as SVG or Mermaid), and tests that they are true and current.

Not here: the manual of the rule language, which `tests.search.manual` makes from the spec tests.
"""
