"""Daily life over the API: the same actions as on the pages."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from circles.api.serializers import TextField
from circles.models import Circle
from circles.queries import membership_of
from core.api.reading import checked_with
from daily import levels, queries, rules
from daily.actions import sign_ins, titles


class LevelSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField(read_only=True)
    points = serializers.IntegerField(read_only=True, help_text="From so many on.")
    title = serializers.CharField(read_only=True, help_text="What the circle calls it; may be empty.")


class TodaySerializer(serializers.Serializer[Any]):
    kind = serializers.CharField(read_only=True)
    done = serializers.IntegerField(read_only=True)
    limit = serializers.IntegerField(read_only=True, help_text="No more of a day count.")
    points = serializers.IntegerField(read_only=True, help_text="What one is worth.")


class DailyStandingSerializer(serializers.Serializer[Any]):
    """What the caller is in the daily life of the circle."""

    points = serializers.IntegerField(source="progress.points", read_only=True)
    level = serializers.IntegerField(source="progress.grade", read_only=True, help_text="1 to 18; 0 before the first.")
    title = serializers.CharField(read_only=True)
    next_level_at = serializers.IntegerField(source="progress.ends", read_only=True, allow_null=True)
    streak = serializers.IntegerField(read_only=True, help_text="Days in a row, by the caller's own calendar.")
    signed_in = serializers.BooleanField(read_only=True, help_text="Today.")
    can_make_up = serializers.BooleanField(read_only=True, help_text="Yesterday was missed and a card is left.")
    today = TodaySerializer(many=True, read_only=True)


class DailySerializer(serializers.Serializer[Any]):
    is_kept = serializers.BooleanField(read_only=True, help_text="False where authors appear under pseudonyms.")
    levels = LevelSerializer(many=True, read_only=True)
    mine = DailyStandingSerializer(read_only=True, allow_null=True, help_text="Null for who is no member.")


class SignedInSerializer(serializers.Serializer[Any]):
    gained = serializers.IntegerField(read_only=True, help_text="Points; 0 where it had been done today.")
    streak = serializers.IntegerField(source="membership.streak", read_only=True)
    points = serializers.IntegerField(source="membership.points", read_only=True)
    level = serializers.IntegerField(source="membership.grade", read_only=True)


class TitlesSerializer(serializers.Serializer[Any]):
    titles = serializers.ListField(
        child=TextField(allow_blank=True), max_length=levels.LEVELS, help_text="Of the levels 1, 2 …; empty for none."
    )


class DailyView(APIView):
    @extend_schema(
        operation_id="daily", summary="Levels of a circle and the caller's standing", responses=DailySerializer
    )
    def get(self, request: Request, slug: str) -> Response:
        circle = visible_circle(request, slug)
        membership = membership_of(request.user, circle.pk)
        is_kept = rules.is_kept(circle)
        mine = None
        if is_kept and membership is not None and membership.is_active:
            mine = queries.standing(request.user, membership, circle)
        table = queries.level_table(circle) if is_kept else []
        return Response(DailySerializer({"is_kept": is_kept, "levels": table, "mine": mine}).data)


class SignInView(APIView):
    @extend_schema(
        operation_id="sign_in",
        summary="Sign in for today; again changes nothing",
        request=None,
        responses=SignedInSerializer,
    )
    def post(self, request: Request, slug: str) -> Response:
        done = sign_ins.sign_in(user=request.user, circle=visible_circle(request, slug))
        return Response(SignedInSerializer(done).data)


class LevelsView(APIView):
    @extend_schema(
        operation_id="level_titles",
        summary="Name the levels",
        request=TitlesSerializer,
        responses=LevelSerializer(many=True),
    )
    def put(self, request: Request, slug: str) -> Response:
        circle = visible_circle(request, slug)
        rules.can_run(request.user, circle, membership_of(request.user, circle.pk)).require()
        sent = checked_with(TitlesSerializer, request)
        circle = titles.set_titles(actor=request.user, circle=circle, titles=sent["titles"])
        return Response(LevelSerializer(queries.level_table(circle), many=True).data)


def visible_circle(request: Request, slug: str) -> Circle:
    circle = Circle.objects.visible_to(request.user).filter(slug=slug).first()
    if circle is None:
        raise Http404
    return circle
