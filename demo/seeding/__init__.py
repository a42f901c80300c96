"""Making the demo community: rows in bulk, pictures drawn beside it by all cores, one transaction for all.

Everything is invented. The same scale gives the same people and circles each time; what happened when follows the clock.
"""
