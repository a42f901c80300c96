"""What is kept of a score from elsewhere, over the API. Agreeing to have it fetched needs the site's own page."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actions import outside_scores
from accounts.models import OutsideScore


class OutsideScoreSerializer(serializers.ModelSerializer[OutsideScore]):
    level = serializers.IntegerField(allow_null=True, help_text="The highest mark reached; null: below the first one.")

    class Meta:
        model = OutsideScore
        fields = ["provider", "level", "agreed_at", "received_at", "valid_until"]
        read_only_fields = fields


class OutsideScoreView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="outside_score",
        summary="What is kept of my score from elsewhere",
        description="404 where nothing is kept. It is fetched with consent, on the page /me/outside-score/.",
        responses=OutsideScoreSerializer,
    )
    def get(self, request: Request) -> Response:
        kept: Any = OutsideScore.objects.filter(user=request.user).first()
        if kept is None:
            raise Http404
        return Response(OutsideScoreSerializer(kept).data)

    @extend_schema(operation_id="outside_score_take_back", summary="Have it forgotten", responses={204: None})
    def delete(self, request: Request) -> Response:
        outside_scores.take_back(user=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)
