from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from circles.api.serializers import PostSerializer
from core.api.lists import ListView
from feeds.followed import followed_page
from feeds.queries import home_page


class HomeView(ListView):
    permission_classes = [IsAuthenticated]
    serializer_class = PostSerializer

    @extend_schema(operation_id="home", summary="My home feed", responses=PostSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Posts of my circles, announcements of merchants I follow and my own posts, newest first."""
        return self.answer(lambda cursor, size: home_page(request.user, cursor, size=size), PostSerializer)


class FollowedView(ListView):
    permission_classes = [IsAuthenticated]
    serializer_class = PostSerializer

    @extend_schema(
        operation_id="home_following", summary="Posts of people I follow", responses=PostSerializer(many=True)
    )
    def get(self, request: Request) -> Response:
        """Newest first; without what does not lead to their profile, such as posts under a pseudonym."""
        return self.answer(lambda cursor, size: followed_page(request.user, cursor, size=size), PostSerializer)
