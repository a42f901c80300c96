"""Posts, comments and likes over the API. Views load, call the actions that pages call, and serialize."""

from typing import Any
from uuid import uuid4

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from circles import queries
from circles.actions import comments, likes, photos, posts
from circles.api.serializers import (
    CommentingSerializer,
    EditingSerializer,
    FloorSerializer,
    LikeSerializer,
    PostSerializer,
    PublishingSerializer,
    ReplySerializer,
)
from circles.api.views import circle_or_404
from circles.models import Comment, Post
from core.api.lists import ListView
from core.errors import NotFound
from core.pagination import keyset_page


class PostsView(ListView):
    serializer_class = PostSerializer

    @extend_schema(
        operation_id="circle_posts_list",
        summary="Posts of a circle, the newest first",
        parameters=[OpenApiParameter("tab", str, enum=queries.TABS, description="latest if left out.")],
        responses=PostSerializer(many=True),
    )
    def get(self, request: Request, slug: str) -> Response:
        found = queries.posts_in(circle_or_404(request, slug), request.user, request.query_params.get("tab", ""))
        return self.answer(
            lambda cursor, size: keyset_page(found.for_cards(), cursor=cursor, size=size).map(
                lambda rows: queries.post_cards(rows, request.user)
            ),
            PostSerializer,
        )

    @extend_schema(
        operation_id="circle_posts_publish",
        summary="Publish a post",
        request=PublishingSerializer,
        responses={200: PostSerializer, 201: PostSerializer},
    )
    def post(self, request: Request, slug: str) -> Response:
        circle = circle_or_404(request, slug)
        form = PublishingSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        wanted = form.validated_data
        key = wanted.get("key") or uuid4()
        sent = Post.objects.filter(author_id=request.user.pk, key=key).first()
        if sent is not None:
            return Response(_post(request, sent.pk))
        chosen = photos.owned(author=request.user, keys=wanted["photos"])
        if uploads := request.FILES.getlist("photo"):
            chosen += photos.take_in(author=request.user, circle=circle, uploads=uploads, already=len(chosen))
        post = posts.publish(author=request.user, circle=circle, key=key, body=wanted["body"], pictures=chosen)
        return Response(_post(request, post.pk), status=status.HTTP_201_CREATED)


class PostView(APIView):
    @extend_schema(operation_id="post", summary="One post", responses=PostSerializer)
    def get(self, request: Request, pk: int) -> Response:
        return Response(_post(request, pk))

    @extend_schema(
        operation_id="post_edit", summary="Change a post", request=EditingSerializer, responses=PostSerializer
    )
    def patch(self, request: Request, pk: int) -> Response:
        post = post_or_404(request, pk)
        form = EditingSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        wanted = form.validated_data
        keys = wanted.get("photos")
        chosen = None if keys is None else photos.owned(author=request.user, keys=keys)
        posts.edit(editor=request.user, post=post, body=wanted.get("body", post.body), pictures=chosen)
        return Response(_post(request, pk))

    @extend_schema(operation_id="post_delete", summary="Delete a post", responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        posts.delete(actor=request.user, post=post_or_404(request, pk))
        return Response(status=status.HTTP_204_NO_CONTENT)


class LikeView(APIView):
    @extend_schema(operation_id="post_like", summary="Like a post", request=None, responses=LikeSerializer)
    def put(self, request: Request, pk: int) -> Response:
        likes.like(user=request.user, post=post_or_404(request, pk))
        return self._answer(request, pk)

    @extend_schema(operation_id="post_unlike", summary="Take a like back", responses={200: LikeSerializer})
    def delete(self, request: Request, pk: int) -> Response:
        likes.unlike(user=request.user, post=post_or_404(request, pk))
        return self._answer(request, pk)

    def _answer(self, request: Request, pk: int) -> Response:
        post = post_or_404(request, pk)
        return Response({"liked": pk in queries.liked_ids([pk], request.user), "like_count": post.like_count})


class CommentsView(ListView):
    serializer_class = FloorSerializer

    @extend_schema(
        operation_id="comments_list",
        summary="Floors of a post, from the first on",
        parameters=[OpenApiParameter("parent", int, description="A floor's id: all replies in that floor instead.")],
        responses=FloorSerializer(many=True),
    )
    def get(self, request: Request, pk: int) -> Response:
        post = post_or_404(request, pk)
        if "parent" in request.query_params:
            floor = self._floor(post, request)
            return self.answer(
                lambda cursor, size: queries.replies(floor, request.user, cursor, size=size), ReplySerializer
            )
        return self.answer(lambda cursor, size: queries.floors(post, request.user, cursor, size=size), FloorSerializer)

    @extend_schema(
        operation_id="comments_publish",
        summary="Comment on a post, or reply to a comment",
        request=CommentingSerializer,
        responses={201: ReplySerializer},
    )
    def post(self, request: Request, pk: int) -> Response:
        post = post_or_404(request, pk)
        form = CommentingSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        wanted = form.validated_data
        parent = None
        if wanted["parent"] is not None:
            parent = Comment.objects.visible_to(request.user).filter(post=post, pk=wanted["parent"]).first()
            if parent is None:
                raise NotFound("comment_not_found", _("This comment is no longer here."))
        said = comments.publish(
            author=request.user, post=post, key=wanted.get("key") or uuid4(), body=wanted["body"], parent=parent
        )
        said = Comment.objects.select_related("author__avatar", "author_face", "reply_to", "post").get(pk=said.pk)
        shown = ReplySerializer(said, context={"request": request})
        return Response(shown.data, status=status.HTTP_201_CREATED)

    def _floor(self, post: Post, request: Request) -> Comment:
        text = request.query_params["parent"]
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
        floor = queries.visible_floors(request.user).filter(post=post, pk=number).first()
        if floor is None:
            raise Http404
        return floor


class CommentView(APIView):
    @extend_schema(operation_id="comment_delete", summary="Delete a comment", responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        comment = Comment.objects.visible_to(request.user).filter(pk=pk).first()
        if comment is None:
            raise Http404
        comments.delete(actor=request.user, comment=comment)
        return Response(status=status.HTTP_204_NO_CONTENT)


def post_or_404(request: Request, pk: int) -> Post:
    """The post with what a card shows; hidden, deleted and unknown ones answer alike."""
    post = Post.objects.visible_to(request.user).for_cards().filter(pk=pk).first()
    if post is None:
        raise Http404
    return post


def _post(request: Request, pk: int) -> Any:
    card = queries.post_card(post_or_404(request, pk), request.user)
    return PostSerializer(card, context={"request": request}).data
