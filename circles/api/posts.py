"""Posts, comments and likes over the API. Views load, call the actions that pages call, and serialize."""

from typing import Any
from uuid import uuid4

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from circles import queries
from circles.actions import likes, photos, posts
from circles.api.kind_serializers import event_of, photo_texts_of, poll_of
from circles.api.serializers import (
    EditingSerializer,
    LikeSerializer,
    PostSerializer,
    PublishingSerializer,
    WaitingSerializer,
)
from circles.api.views import circle_or_404
from circles.kinds import Composition, PhotoText
from circles.models import Post, Publication
from core.api.lists import ListView
from core.api.reading import checked_with, shown_with
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
        responses={200: PostSerializer, 201: PostSerializer, 202: WaitingSerializer},
    )
    def post(self, request: Request, slug: str) -> Response:
        circle = queries.circle_to_post_in(slug, request.user)
        if circle is None:
            raise Http404
        wanted = checked_with(PublishingSerializer, request)
        key = wanted.get("key") or uuid4()
        uploads = request.FILES.getlist("photo")
        # Sent again, what it shows may be gone by now, and is not taken in twice.
        if (wanted["photos"] or uploads) and (before := posts.sent_before(request.user, key)) is not None:
            return self._answer(posts.Sent(before))
        chosen = photos.owned(author=request.user, keys=wanted["photos"])
        if uploads:
            chosen += photos.take_in(author=request.user, circle=circle, uploads=uploads, already=len(chosen))
        what = Composition(
            kind=wanted["kind"],
            title=wanted["title"],
            body=wanted["body"],
            is_ai_made=wanted["is_ai_made"],
            poll=poll_of(wanted),
            event=event_of(wanted),
            photo_texts=photo_texts_of(wanted),
        )
        return self._answer(posts.send(author=request.user, circle=circle, key=key, what=what, pictures=chosen))

    def _answer(self, sent: posts.Sent) -> Response:
        """What was published now is shown from what was read for it; what was sent before is read."""
        request, post = self.request, sent.post
        if post.is_held:
            return held_answer(post.pk)
        if not sent.is_new:
            return Response(post_json(request, post.pk))
        card = queries.new_post_card(post, request.user, membership=sent.membership, has_photos=sent.has_photos)
        return Response(shown_with(PostSerializer, card, request), status=status.HTTP_201_CREATED)


class PostView(APIView):
    @extend_schema(operation_id="post", summary="One post", responses=PostSerializer)
    def get(self, request: Request, pk: int) -> Response:
        return Response(post_json(request, pk))

    @extend_schema(
        operation_id="post_edit",
        summary="Change a post",
        request=EditingSerializer,
        responses={200: PostSerializer, 202: WaitingSerializer},
    )
    def patch(self, request: Request, pk: int) -> Response:
        post = post_to_change_or_404(request, pk)
        wanted = checked_with(EditingSerializer, request)
        keys = wanted.get("photos")
        chosen = None if keys is None else photos.owned(author=request.user, keys=keys)
        texts = {photo.picture.key: PhotoText(photo.caption, photo.alt) for photo in post.photos.all()}
        posts.edit(
            editor=request.user,
            post=post,
            title=wanted.get("title"),
            body=wanted.get("body", post.body),
            is_ai_made=wanted.get("is_ai_made"),
            poll=poll_of(wanted),
            event=event_of(wanted),
            pictures=chosen,
            photo_texts=texts | photo_texts_of(wanted),
        )
        if Post.objects.filter(pk=pk, state=Publication.HELD).exists():
            return held_answer(pk)
        return Response(post_json(request, pk))

    @extend_schema(operation_id="post_delete", summary="Delete a post", responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        posts.delete(actor=request.user, post=post_to_change_or_404(request, pk))
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


def post_or_404(request: Request, pk: int) -> Post:
    """The post with what a card shows; hidden, deleted and unknown ones answer alike."""
    post = queries.visible_post(pk, request.user)
    if post is None:
        raise Http404
    return post


def post_to_change_or_404(request: Request, pk: int) -> Post:
    """The same, and the caller's own that waits to be read."""
    post = queries.visible_or_own_held_post(pk, request.user)
    if post is None:
        raise Http404
    return post


def held_answer(pk: int) -> Response:
    """202: it waits to be read by those who look after the circle, and nobody else sees it yet."""
    return Response(WaitingSerializer({"id": pk, "state": "held"}).data, status=status.HTTP_202_ACCEPTED)


def post_json(request: Request, pk: int) -> dict[str, Any]:
    post = post_or_404(request, pk)
    queries.load_photos(post)
    return shown_with(PostSerializer, queries.post_card(post, request.user), request)
