"""What a word of a circle holds back, for its author. To change it or take it back: its own address, as ever."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from circles import queries
from circles.models import Held


class OwnHeldSerializer(serializers.Serializer[Any]):
    kind = serializers.SerializerMethodField(help_text="post or comment.")
    id = serializers.IntegerField(source="content.pk", read_only=True, help_text="Of the post or comment.")
    circle = serializers.CharField(source="circle.slug", read_only=True)
    title = serializers.SerializerMethodField()
    body = serializers.CharField(source="content.body", read_only=True)
    besides = serializers.ListField(
        child=serializers.CharField(), read_only=True, help_text="Options of a poll, place of an event, captions."
    )
    state = serializers.CharField(read_only=True, help_text="waiting, or refused.")
    reason = serializers.CharField(read_only=True, help_text="Why it was kept back.")
    created_at = serializers.DateTimeField(read_only=True, help_text="Since when these words wait.")

    def get_kind(self, held: Held) -> str:
        return "post" if held.post_id is not None else "comment"

    def get_title(self, held: Held) -> str:
        return held.post.title if held.post is not None else ""


class OwnHeldView(APIView):
    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="own_held",
        summary="What I wrote that waits to be read, or was kept back",
        responses=OwnHeldSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        return Response(OwnHeldSerializer(queries.own_held(request.user), many=True).data)
