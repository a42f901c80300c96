"""Scores other houses give people. Off unless OUTSIDE_SCORE_PROVIDER names one; never part of conduct credit."""
