"""Discovery over the API, with the queries and actions of the pages."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.follows import PersonLineSerializer
from accounts.models import User
from circles.api.serializers import CircleSerializer, PostSerializer, TextField
from circles.api.views import circle_or_404, known_circle_or_404
from circles.models import Category, Circle
from circles.queries import FULL
from core.api.lists import ListView
from core.api.reading import checked_with
from core.pagination import Page
from discovery import queries
from discovery.actions import dismissals
from discovery.actions import welcome as answers


class BecauseSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(
        read_only=True, help_text="kin, fact, place, region, category, fan, rising, large, shared."
    )
    text = serializers.CharField(read_only=True, help_text="In the language asked for.")


class HotPostSerializer(serializers.Serializer[queries.HotPost]):
    rank = serializers.IntegerField(read_only=True)
    heat = serializers.IntegerField(read_only=True, help_text="See docs/discovery.md.")
    people = serializers.IntegerField(read_only=True, help_text="Verified people it moved, each once.")
    post = PostSerializer(source="card", read_only=True)


class SuggestedSerializer(serializers.Serializer[queries.Suggested]):
    circle = CircleSerializer(source="*", read_only=True)
    because = BecauseSerializer(read_only=True)


class SuggestedPersonSerializer(PersonLineSerializer):
    because = BecauseSerializer(read_only=True)

    def to_representation(self, line: Any) -> dict[str, Any]:
        return {**super().to_representation(line), "because": BecauseSerializer(line.because).data}


class HotView(ListView):
    serializer_class = HotPostSerializer

    @extend_schema(operation_id="hot", summary="Hot posts of the site", responses=HotPostSerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.answer(
            lambda cursor, size: queries.hot(request.user, cursor, size=size, shape=FULL), HotPostSerializer
        )


class HotInCircleView(ListView):
    serializer_class = HotPostSerializer

    @extend_schema(operation_id="circle_hot", summary="Hot posts of a circle", responses=HotPostSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        circle = circle_or_404(request, slug)
        return self.answer(
            lambda cursor, size: queries.hot(request.user, cursor, circle=circle, size=size, shape=FULL),
            HotPostSerializer,
        )


class RisingView(ListView):
    serializer_class = SuggestedSerializer

    @extend_schema(
        operation_id="rising",
        summary="Circles that grow against their own past",
        responses=SuggestedSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        return self.answer(lambda cursor, size: Page(queries.rising(request.user, limit=size)), SuggestedSerializer)


class ForYouView(ListView):
    serializer_class = SuggestedSerializer

    @extend_schema(
        operation_id="for_you",
        summary="Circles the caller may like, each with why",
        responses=SuggestedSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        return self.answer(lambda cursor, size: Page(queries.for_you(request.user, limit=size)), SuggestedSerializer)


class PeopleView(ListView):
    permission_classes = [IsAuthenticated]
    serializer_class = SuggestedPersonSerializer

    @extend_schema(
        operation_id="people_known",
        summary="People the caller may know from circles shared",
        responses=SuggestedPersonSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        return self.answer(
            lambda cursor, size: queries.people(request.user, cursor, size=size), SuggestedPersonSerializer
        )


class WelcomeSerializer(serializers.Serializer[Any]):
    """What is left out stays as it is."""

    categories = serializers.ListField(child=serializers.SlugField(), required=False, max_length=100)
    place = TextField(required=False, allow_blank=True, help_text="School or city, as typed.")
    level = serializers.CharField(required=False, max_length=20, help_text="How much reaches the caller by default.")
    circles = serializers.ListField(
        child=serializers.SlugField(), required=False, max_length=100, help_text="To join, or once they are verified."
    )
    answered_at = serializers.DateTimeField(read_only=True, allow_null=True)


class WelcomeView(APIView):
    """The caller's answers to a newcomer's questions."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="welcome", summary="My interests", responses=WelcomeSerializer)
    def get(self, request: Request) -> Response:
        return self._answer(request)

    @extend_schema(
        operation_id="welcome_answer", summary="Answer", request=WelcomeSerializer, responses=WelcomeSerializer
    )
    def patch(self, request: Request) -> Response:
        said = checked_with(WelcomeSerializer, request)
        if "categories" in said:
            answers.choose_categories(user=request.user, slugs=said["categories"])
        if "place" in said:
            answers.say_place(user=request.user, place=said["place"])
        if "level" in said:
            answers.choose_level(user=request.user, level=said["level"])
        if "circles" in said:
            known = Circle.objects.known_to(request.user).filter(slug__in=said["circles"])
            answers.finish(user=request.user, circles=list(known))
        return self._answer(request)

    def _answer(self, request: Request) -> Response:
        row = queries.interests_of(request.user)
        categories = Category.objects.filter(pk__in=row.categories).values_list("slug", flat=True)
        circles = Circle.objects.known_to(request.user).filter(pk__in=row.wished).values_list("slug", flat=True)
        return Response(
            {
                "categories": list(categories),
                "place": row.place,
                "level": request.user.notice_level,
                "circles": list(circles),
                "answered_at": row.answered_at,
            }
        )


class DismissedCircleView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="dismiss_circle", summary="Not interested", request=None, responses={204: None})
    def put(self, request: Request, slug: str) -> Response:
        dismissals.dismiss(user=request.user, circle=known_circle_or_404(request, slug))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(operation_id="restore_circle", summary="May be suggested again", responses={204: None})
    def delete(self, request: Request, slug: str) -> Response:
        dismissals.restore(user=request.user, circle=known_circle_or_404(request, slug))
        return Response(status=status.HTTP_204_NO_CONTENT)


class DismissedPersonView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="dismiss_person", summary="Not interested", request=None, responses={204: None})
    def put(self, request: Request, username: str) -> Response:
        dismissals.dismiss(user=request.user, person=get_object_or_404(User.objects.active(), username=username))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(operation_id="restore_person", summary="May be suggested again", responses={204: None})
    def delete(self, request: Request, username: str) -> Response:
        dismissals.restore(user=request.user, person=get_object_or_404(User.objects.active(), username=username))
        return Response(status=status.HTTP_204_NO_CONTENT)
