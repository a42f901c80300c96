"""A circle's figures over the API, for those who see its desk."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from circles.models import Circle
from circles.queries import membership_of
from desk import queries, rules


class FiguresSerializer(serializers.Serializer[Any]):
    """A day of the community's calendar; the last one is today so far."""

    day = serializers.DateField(read_only=True)
    members = serializers.IntegerField(read_only=True)
    joined = serializers.IntegerField(read_only=True)
    active = serializers.IntegerField(read_only=True, help_text="Who posted, commented, liked or signed in.")
    posts = serializers.IntegerField(read_only=True)
    comments = serializers.IntegerField(read_only=True)
    likes = serializers.IntegerField(read_only=True)
    sign_ins = serializers.IntegerField(read_only=True)


class FiguresView(APIView):
    @extend_schema(
        operation_id="figures",
        summary="Figures of a circle by the day, for its owner and admins",
        parameters=[OpenApiParameter("days", int, enum=queries.PERIODS, default=queries.PERIODS[0])],
        responses=FiguresSerializer(many=True),
    )
    def get(self, request: Request, slug: str) -> Response:
        circle = Circle.objects.visible_to(request.user).filter(slug=slug).first()
        if circle is None:
            raise Http404
        rules.can_see(request.user, membership_of(request.user, circle.pk)).require()
        asked = request.query_params.get("days", "")
        period = int(asked) if asked in map(str, queries.PERIODS) else queries.PERIODS[0]
        rows = [day._asdict() for day in queries.days(circle, period=period)]
        return Response(FiguresSerializer(rows, many=True).data)
