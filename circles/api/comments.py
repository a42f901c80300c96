"""Comments over the API. Views load, call the actions that pages call, and serialize."""

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
from circles.actions import comment_likes, comments, photos
from circles.api.posts import held_answer, post_or_404
from circles.api.serializers import (
    CommentingSerializer,
    FloorSerializer,
    LikeSerializer,
    ReplySerializer,
    RewordingSerializer,
    WaitingSerializer,
)
from circles.models import Comment, Post
from circles.quotes import attach_quotes
from core.api.lists import ListView
from core.api.reading import checked_with, shown_with
from core.errors import NotFound
from core.numbers import whole_number
from core.pagination import Page


class CommentsView(ListView):
    serializer_class = FloorSerializer

    @extend_schema(
        operation_id="comments_list",
        summary="Floors of a post, from the first on",
        parameters=[
            OpenApiParameter("parent", int, description="A floor's id: all replies in that floor instead."),
            OpenApiParameter("order", str, enum=queries.ORDERS, description="oldest if left out."),
            OpenApiParameter("only", str, enum=["author"], description="The floors of the post's author alone."),
            OpenApiParameter("floor", int, description="From this floor on, for the first page."),
        ],
        responses=FloorSerializer(many=True),
    )
    def get(self, request: Request, pk: int) -> Response:
        post = post_or_404(request, pk)
        if "parent" in request.query_params:
            floor = self._floor(post, request)
            return self.answer(
                lambda cursor, size: self._knowing(queries.replies(floor, request.user, cursor, size=size)),
                ReplySerializer,
            )
        order = request.query_params.get("order", "")
        order = order if order in queries.ORDERS else queries.ORDERS[0]
        only = request.query_params.get("only") == "author"
        number = whole_number(request.query_params.get("floor", ""), at_most=10**9)

        def read(cursor: str | None, size: int) -> Page[Any]:
            if cursor is None and number is not None:
                return self._knowing(queries.floors_page_with(post, request.user, number, size=size))
            return self._knowing(queries.floors(post, request.user, cursor, size=size, order=order, only_author=only))

        return self.answer(read, FloorSerializer)

    def _knowing(self, page: Page[Any]) -> Page[Any]:
        """The page, once it is known which of its comments the caller likes."""
        shown = [row for item in page.items for row in ([item.comment, *item.replies] if _is_floor(item) else [item])]
        self._liked |= queries.liked_comment_ids([row.pk for row in shown if row.like_count], self.request.user)
        return page

    def get_serializer_context(self) -> dict[str, Any]:
        """`liked` is filled when the page is read."""
        self._liked: set[int] = set()
        return {**super().get_serializer_context(), "liked": self._liked}

    @extend_schema(
        operation_id="comments_publish",
        summary="Comment on a post, or reply to a comment",
        request=CommentingSerializer,
        responses={201: ReplySerializer, 202: WaitingSerializer},
    )
    def post(self, request: Request, pk: int) -> Response:
        post = queries.post_to_answer(pk, request.user)
        if post is None:
            raise Http404
        wanted = checked_with(CommentingSerializer, request)
        key = wanted.get("key") or uuid4()
        # Sent again, what it names may be gone by now.
        names_others = any(wanted[name] for name in ("parent", "quote", "photo"))
        said = (comments.sent_before(request.user, key) if names_others else None) or comments.publish(
            author=request.user,
            post=post,
            key=key,
            body=wanted["body"],
            parent=self._named(post, wanted["parent"]),
            quoted=self._named(post, wanted["quote"]),
            picture=photos.owned(author=request.user, keys=[wanted["photo"]])[0] if wanted["photo"] else None,
        )
        if said.is_held:
            return held_answer(said.pk)
        attach_quotes([said], request.user)
        return Response(shown_with(ReplySerializer, said, request), status=status.HTTP_201_CREATED)

    def _named(self, post: Post, pk: int | None) -> Comment | None:
        if pk is None:
            return None
        found = queries.visible_comment(pk, self.request.user)
        if found is None or found.post_id != post.pk:
            raise NotFound("comment_not_found", _("This comment is no longer here."))
        return found

    def _floor(self, post: Post, request: Request) -> Comment:
        number = whole_number(request.query_params["parent"])
        floor = queries.visible_floors(request.user).filter(post=post, pk=number).first()
        if floor is None:
            raise Http404
        return floor


class CommentLikeView(APIView):
    @extend_schema(operation_id="comment_like", summary="Like a comment", request=None, responses=LikeSerializer)
    def put(self, request: Request, pk: int) -> Response:
        comment_likes.like(user=request.user, comment=comment_or_404(request, pk))
        return self._answer(request, pk)

    @extend_schema(operation_id="comment_unlike", summary="Take a like back", responses={200: LikeSerializer})
    def delete(self, request: Request, pk: int) -> Response:
        comment_likes.unlike(user=request.user, comment=comment_or_404(request, pk))
        return self._answer(request, pk)

    def _answer(self, request: Request, pk: int) -> Response:
        comment = comment_or_404(request, pk)
        liked = pk in queries.liked_comment_ids([pk], request.user)
        return Response({"liked": liked, "like_count": comment.like_count})


class CommentView(APIView):
    @extend_schema(
        operation_id="comment_reword",
        summary="Change the words of a comment while it waits to be read",
        request=RewordingSerializer,
        responses={202: WaitingSerializer},
    )
    def patch(self, request: Request, pk: int) -> Response:
        comment = comment_to_change_or_404(request, pk)
        sent = checked_with(RewordingSerializer, request)
        comments.reword(author=request.user, comment=comment, body=sent["body"])
        return held_answer(pk)

    @extend_schema(operation_id="comment_delete", summary="Delete a comment", responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        comments.delete(actor=request.user, comment=comment_to_change_or_404(request, pk))
        return Response(status=status.HTTP_204_NO_CONTENT)


def comment_or_404(request: Request, pk: int) -> Comment:
    comment = queries.visible_comment(pk, request.user)
    if comment is None:
        raise Http404
    return comment


def comment_to_change_or_404(request: Request, pk: int) -> Comment:
    """One that is seen, and the caller's own that waits to be read."""
    comment = queries.visible_or_own_held_comment(pk, request.user)
    if comment is None:
        raise Http404
    return comment


def _is_floor(item: Any) -> bool:
    return isinstance(item, queries.Floor)
