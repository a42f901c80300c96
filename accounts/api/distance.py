"""Blocking and muting over the API, with the actions that the pages call."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import queries
from accounts.actions import blocks
from accounts.api.serializers import PersonSerializer
from accounts.models import Reach, User
from core.api.reading import checked_with


class BlockView(APIView):
    """A block stands both ways: neither sees what the other writes."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="person_block", summary="Block somebody", request=None, responses={204: None})
    def put(self, request: Request, username: str) -> Response:
        blocks.block(user=request.user, person=_person(username))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(operation_id="person_unblock", summary="Take a block back", responses={204: None})
    def delete(self, request: Request, username: str) -> Response:
        blocks.unblock(user=request.user, person=_person(username))
        return Response(status=status.HTTP_204_NO_CONTENT)


class MuteView(APIView):
    """Hear less of somebody, who is not told."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="person_mute", summary="Mute somebody", request=None, responses={204: None})
    def put(self, request: Request, username: str) -> Response:
        blocks.mute(user=request.user, person=_person(username))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(operation_id="person_unmute", summary="Hear of somebody again", responses={204: None})
    def delete(self, request: Request, username: str) -> Response:
        blocks.unmute(user=request.user, person=_person(username))
        return Response(status=status.HTTP_204_NO_CONTENT)


class DistanceSerializer(serializers.Serializer[Any]):
    """Who may reach the caller, whom they block and mute (the last first)."""

    reach = serializers.ChoiceField(choices=Reach.choices)
    blocked = PersonSerializer(many=True, read_only=True)
    muted = PersonSerializer(many=True, read_only=True)


class ReachSerializer(serializers.Serializer[Any]):
    # What it may be, accounts.actions.blocks says: the same as on the page.
    reach = serializers.CharField(max_length=20, help_text="everyone, companions or nobody")


class DistanceView(APIView):
    """The caller's shield, and whom they keep away."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="distance", summary="Whom do I keep away?", responses=DistanceSerializer)
    def get(self, request: Request) -> Response:
        return self._answer(request)

    @extend_schema(
        operation_id="distance_update",
        summary="Choose who may reach me",
        request=ReachSerializer,
        responses=DistanceSerializer,
    )
    def put(self, request: Request) -> Response:
        sent = checked_with(ReachSerializer, request)
        blocks.choose_reach(user=request.user, reach=sent["reach"])
        return self._answer(request)

    def _answer(self, request: Request) -> Response:
        kept = {
            "reach": request.user.reach,
            "blocked": [row.blocked for row in queries.blocked_people(request.user)],
            "muted": [row.muted for row in queries.muted_people(request.user)],
        }
        return Response(DistanceSerializer(kept, context={"request": request}).data)


def _person(username: str) -> User:
    person: User | None = User.objects.active().filter(username=username).first()
    if person is None:
        raise Http404
    return person
