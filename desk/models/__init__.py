from desk.models.figures import CircleDay, Cohort

__all__ = ["CircleDay", "Cohort"]
