"""Following over the API, with the actions that the pages call."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import following
from accounts.actions import follows
from accounts.api.serializers import PersonSerializer
from accounts.models import Audience, FollowSettings, MayFollow, User
from core.api.lists import ListView
from core.pagination import Page


class BetweenSerializer(serializers.Serializer[following.Between]):
    following = serializers.BooleanField(read_only=True, help_text="The caller follows them.")
    followed_by = serializers.BooleanField(read_only=True, help_text="They follow the caller.")
    is_friend = serializers.BooleanField(read_only=True, help_text="Both.")


class StandingSerializer(BetweenSerializer):
    """How the caller and a person stand to each other; a count is null where they do not show it."""

    follower_count = serializers.IntegerField(read_only=True, allow_null=True)
    following_count = serializers.IntegerField(read_only=True, allow_null=True)


class PersonLineSerializer(BetweenSerializer):
    person = PersonSerializer(read_only=True)

    def to_representation(self, line: Any) -> dict[str, Any]:
        person = PersonSerializer(line.person, context=self.context).data
        return {"person": person, **BetweenSerializer(line.between).data}


class FollowView(APIView):
    @extend_schema(operation_id="person_following", summary="Do we follow each other?", responses=StandingSerializer)
    def get(self, request: Request, username: str) -> Response:
        return self._answer(request, _person(username))

    @extend_schema(
        operation_id="person_follow",
        summary="Follow somebody",
        request=None,
        responses={200: StandingSerializer},
    )
    def put(self, request: Request, username: str) -> Response:
        person = _person(username)
        follows.follow(user=request.user, person=person)
        return self._answer(request, person)

    @extend_schema(operation_id="person_unfollow", summary="Stop following", responses={204: None})
    def delete(self, request: Request, username: str) -> Response:
        follows.unfollow(user=request.user, person=_person(username))
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _answer(self, request: Request, person: User) -> Response:
        return Response(StandingSerializer(following.standing(request.user, person)).data)


class FollowerView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="follower_remove", summary="Have somebody not follow me", responses={204: None})
    def delete(self, request: Request, username: str) -> Response:
        follows.remove_follower(user=request.user, person=_person(username))
        return Response(status=status.HTTP_204_NO_CONTENT)


class FollowListView(ListView):
    serializer_class = PersonLineSerializer

    @extend_schema(
        operation_id="person_follows",
        summary="Followers, followed people or friends of somebody",
        description="Empty where they do not show it to the caller.",
        parameters=[OpenApiParameter("which", str, "path", enum=list(following.LISTS))],
        responses=PersonLineSerializer(many=True),
    )
    def get(self, request: Request, username: str, which: str) -> Response:
        read, person = following.LISTS.get(which), _person(username)
        if read is None:
            raise Http404
        if not following.standing(request.user, person).shows_follows:
            return self.answer(lambda cursor, size: Page([]), PersonLineSerializer)
        return self.answer(lambda cursor, size: read(person, request.user, cursor, size=size), PersonLineSerializer)


class FollowSettingsSerializer(serializers.ModelSerializer[FollowSettings]):
    may_follow = serializers.ChoiceField(choices=MayFollow.choices)
    shows_follows = serializers.ChoiceField(choices=Audience.choices)
    shows_circles = serializers.ChoiceField(choices=Audience.choices)

    class Meta:
        model = FollowSettings
        fields = ["may_follow", "shows_follows", "shows_circles", "is_suggested", "follower_count", "following_count"]
        read_only_fields = ["follower_count", "following_count"]


class FollowSettingsView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="follow_settings", summary="Who may follow me?", responses=FollowSettingsSerializer)
    def get(self, request: Request) -> Response:
        return Response(FollowSettingsSerializer(following.settings_of(request.user)).data)

    @extend_schema(
        operation_id="follow_settings_update",
        summary="Choose who may follow me, and who sees it",
        request=FollowSettingsSerializer,
        responses=FollowSettingsSerializer,
    )
    def patch(self, request: Request) -> Response:
        form = FollowSettingsSerializer(data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        row = follows.choose(user=request.user, **form.validated_data)
        return Response(FollowSettingsSerializer(row).data)


def _person(username: str) -> User:
    person: User = get_object_or_404(User.objects.active(), username=username)
    return person
