"""Figures of circles, to look at."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.admin.base import ReadOnlyAdmin
from desk.models import CircleDay, Cohort
from moderation.rules import Power, can


class FiguresAdmin(ReadOnlyAdmin):
    """Numbers without names."""

    list_select_related = ("circle",)
    search_fields = ("circle__name", "=circle__number")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(can(request.user, Power.CONTENT))


@admin.register(CircleDay)
class CircleDayAdmin(FiguresAdmin):
    list_display = ("day", "circle", "members", "joined", "active", "posts", "comments", "likes", "sign_ins")
    ordering = ("-day", "-id")


@admin.register(Cohort)
class CohortAdmin(FiguresAdmin):
    list_display = ("week", "circle", "age", "members", "active")
    ordering = ("-week", "circle", "age")
