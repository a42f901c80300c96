from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actions import profile
from accounts.api.serializers import MeSerializer


class MeView(APIView):
    """The person who is calling."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="me", summary="Who am I?", responses=MeSerializer)
    def get(self, request: Request) -> Response:
        return Response(MeSerializer(request.user, context={"request": request}).data)

    @extend_schema(
        operation_id="me_update", summary="Change my nickname or bio", request=MeSerializer, responses=MeSerializer
    )
    def patch(self, request: Request) -> Response:
        form = MeSerializer(request.user, data=request.data, partial=True, context={"request": request})
        form.is_valid(raise_exception=True)
        wanted = {"nickname": request.user.nickname, "bio": request.user.bio, **form.validated_data}
        user = profile.update(user=request.user, nickname=wanted["nickname"], bio=wanted["bio"])
        return Response(MeSerializer(user, context={"request": request}).data)
