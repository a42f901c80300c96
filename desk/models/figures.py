from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CircleDay(models.Model):
    """What happened in a circle on one day of the community's calendar: numbers, and nobody's name.

    Written by desk.actions.figures every night; counting a day again changes what is still there to be counted, and
    never `members`, which only that night could know.
    """

    circle = models.ForeignKey("circles.Circle", models.CASCADE, related_name="+", verbose_name=_("circle"))
    day = models.DateField(_("day"))
    members = models.PositiveIntegerField(_("members"), default=0)
    joined = models.PositiveIntegerField(pgettext_lazy("how many people", "joined"), default=0)
    active = models.PositiveIntegerField(_("active people"), default=0)
    """Who posted, commented, liked or signed in."""
    posts = models.PositiveIntegerField(_("posts"), default=0)
    comments = models.PositiveIntegerField(_("comments"), default=0)
    likes = models.PositiveIntegerField(_("likes"), default=0)
    sign_ins = models.PositiveIntegerField(_("sign-ins"), default=0)

    class Meta:
        verbose_name = _("day of a circle")
        verbose_name_plural = _("days of circles")
        constraints = [models.UniqueConstraint(fields=["circle", "day"], name="circle_day_once")]

    def __str__(self) -> str:
        return f"{self.circle} · {self.day}"


class Cohort(models.Model):
    """Of the members who joined in one week (its Monday), how many were active so many weeks later."""

    circle = models.ForeignKey("circles.Circle", models.CASCADE, related_name="+", verbose_name=_("circle"))
    week = models.DateField(_("week they joined"))
    age = models.PositiveSmallIntegerField(_("weeks later"))
    members = models.PositiveIntegerField(_("members"))
    active = models.PositiveIntegerField(_("active people"))

    class Meta:
        verbose_name = _("cohort")
        verbose_name_plural = _("cohorts")
        constraints = [models.UniqueConstraint(fields=["circle", "week", "age"], name="cohort_once")]

    def __str__(self) -> str:
        return f"{self.circle} · {self.week} + {self.age}"
