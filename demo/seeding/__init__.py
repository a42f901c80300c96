"""Making the demo community: rows in bulk, pictures drawn beside it by all cores, one transaction for all.

Everything is invented. The same scale always gives the same people, words and pictures; only times follow the clock.
"""
