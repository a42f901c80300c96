"""The inbox over the API: the same list, the same actions as the page."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api.lists import ListView
from notifications.actions import read
from notifications.api.serializers import InboxItemSerializer, ReadSerializer, UnreadSerializer
from notifications.queries import TABS, inbox, unread_count


class NotificationsView(ListView):
    permission_classes = [IsAuthenticated]
    serializer_class = InboxItemSerializer

    @extend_schema(
        operation_id="notifications_list",
        summary="My inbox",
        parameters=[OpenApiParameter("tab", str, enum=list(TABS))],
        responses=InboxItemSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """Notifications and announcements, newest first. Reading the list marks nothing read."""
        tab = request.query_params.get("tab", "all")
        return self.answer(lambda cursor, size: inbox(request.user, cursor, tab=tab, size=size), InboxItemSerializer)


class ReadView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="notifications_read", summary="Mark read", request=ReadSerializer, responses=UnreadSerializer
    )
    def post(self, request: Request) -> Response:
        """Mark some or all read; answers how many are left. Ids of others are passed over."""
        sent = ReadSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        if "ids" in sent.validated_data:
            read.mark_read(user=request.user, ids=sent.validated_data["ids"])
        else:
            read.mark_all_read(user=request.user)
        return Response({"unread": unread_count(request.user)})
