"""Gates: what a circle asks of people, per action, in rules over verified facts, conduct credit and membership.

`language` is the rules, `evaluate` decides, `words` says it in sentences, `preview` counts whom a rule lets in.
docs/gates.md explains the whole.
"""
