"""Under which name the caller appears in a circle."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from circles.actions import bylines, photos
from circles.api.serializers import AddressField
from circles.api.views import circle_or_404
from circles.models import Circle, Membership
from core.api.reading import checked_with
from core.errors import Refused


class OwnBylineSerializer(serializers.Serializer[Membership]):
    """A name and a picture for one circle. Empty: the usual ones."""

    nickname = serializers.CharField(allow_blank=True, help_text="2 to 20 letters, digits, hyphens or underscores.")
    linked = serializers.BooleanField(
        source="is_linked",
        default=True,
        help_text="false: nothing leads from it to your profile, nor from your profile to what you write here.",
    )
    avatar = serializers.UUIDField(
        write_only=True, required=False, allow_null=True, help_text="Of an uploaded picture; null removes it."
    )
    avatar_url = AddressField(source="avatar.thumb_url", allow_null=True, default=None)


class BylineView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="byline", summary="My name in this circle", responses=OwnBylineSerializer)
    def get(self, request: Request, slug: str) -> Response:
        circle = circle_or_404(request, slug)
        return Response(self._shown(request, circle))

    @extend_schema(
        operation_id="byline_choose",
        summary="Choose my name in this circle",
        description="What you wrote here follows within seconds. Posts under a pseudonym keep theirs.",
        request=OwnBylineSerializer,
        responses=OwnBylineSerializer,
    )
    def put(self, request: Request, slug: str) -> Response:
        circle = circle_or_404(request, slug)
        sent = checked_with(OwnBylineSerializer, request)
        wanted: dict[str, Any] = dict(sent)
        key = wanted.get("avatar")
        [picture] = photos.owned(author=request.user, keys=[key]) if key else [None]
        bylines.choose(
            user=request.user,
            circle=circle,
            nickname=wanted["nickname"],
            linked=wanted["is_linked"],
            avatar=picture,
            remove_avatar="avatar" in wanted and key is None,
        )
        return Response(self._shown(request, circle))

    def _shown(self, request: Request, circle: Circle) -> Any:
        found = Membership.objects.active().filter(user=request.user, circle=circle).select_related("avatar").first()
        if found is None:
            raise Refused("not_member", "You are not a member of this circle.")
        return OwnBylineSerializer(found, context={"request": request}).data
