"""What a circle keeps, over the API: topics, shelves, what is featured, collections, the archive; bookmarks."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from circles import archive
from circles.actions import bookmarks, collections, posts
from circles.api.posts import post_or_404
from circles.api.serializers import AddressField, TextField
from circles.api.views import circle_or_404
from circles.bookmarks import bookmark_of
from circles.collections import collections_of, contents
from circles.models import Bookmark, BookmarkFolder, Collection, CollectionPage, Topic
from core.api.lists import ListView
from core.api.reading import checked_with
from core.numbers import ID_MAX
from core.pagination import keyset_page


class TopicSerializer(serializers.Serializer[Topic]):
    name = serializers.CharField(read_only=True)
    post_count = serializers.IntegerField(read_only=True)
    url = AddressField(source="get_absolute_url")


class ShelfSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk", read_only=True)
    name = serializers.CharField(read_only=True)


class FeaturingSerializer(serializers.Serializer[Any]):
    """A shelf of the circle, or none."""

    shelf = serializers.IntegerField(default=None, allow_null=True, min_value=1, max_value=ID_MAX)


class MonthSerializer(serializers.Serializer[Any]):
    year = serializers.IntegerField(read_only=True)
    month = serializers.IntegerField(read_only=True)
    count = serializers.IntegerField(read_only=True)


class CollectionSerializer(serializers.Serializer[Collection]):
    id = serializers.IntegerField(source="pk", read_only=True)
    title = TextField()
    intro = TextField(default="", allow_blank=True)
    page_count = serializers.IntegerField(read_only=True)
    updated_at = serializers.DateTimeField(read_only=True)
    url = AddressField(source="get_absolute_url")


class EntrySerializer(serializers.Serializer[Any]):
    """`post` is null where the post is gone; its place stays."""

    page = serializers.IntegerField(source="page.pk", read_only=True)
    number = serializers.IntegerField(read_only=True)
    post = serializers.SerializerMethodField()
    title = serializers.CharField(read_only=True)

    def get_post(self, entry: Any) -> int | None:
        return entry.post.pk if entry.post else None


class ChapterSerializer(serializers.Serializer[Any]):
    section = serializers.IntegerField(source="section.pk", default=None, read_only=True, allow_null=True)
    title = serializers.CharField(source="section.title", default="", read_only=True)
    pages = EntrySerializer(source="entries", many=True, read_only=True)


class RemovingSerializer(serializers.Serializer[Any]):
    reason = TextField(required=False, allow_blank=True, default="", help_text="Whoever made it reads it.")


class ContentsSerializer(CollectionSerializer):
    chapters = serializers.SerializerMethodField()

    def get_chapters(self, collection: Collection) -> Any:
        viewer = self.context["request"].user
        return ChapterSerializer(contents(collection, viewer), many=True, context=self.context).data


class CollectingSerializer(serializers.Serializer[Any]):
    post = serializers.IntegerField(min_value=1, max_value=ID_MAX)
    section = serializers.IntegerField(default=None, allow_null=True, min_value=1, max_value=ID_MAX)
    title = TextField(default="", allow_blank=True)


class ChapterOrderSerializer(serializers.Serializer[Any]):
    section = serializers.IntegerField(allow_null=True, min_value=1, max_value=ID_MAX)
    pages = serializers.ListField(child=serializers.IntegerField(min_value=1, max_value=ID_MAX))


class OrderSerializer(serializers.Serializer[Any]):
    """The whole order: pages under no heading (`section` null) first, then each section with its pages."""

    chapters = ChapterOrderSerializer(many=True)


class KeptSerializer(serializers.Serializer[Any]):
    kept = serializers.BooleanField(read_only=True)
    folder = serializers.CharField(read_only=True, allow_null=True)


class KeepingSerializer(serializers.Serializer[Any]):
    folder = TextField(default="", allow_blank=True, help_text="Name of one of your folders; made if there is none.")


class BookmarkSerializer(serializers.Serializer[Bookmark]):
    post = serializers.IntegerField(source="post_id", read_only=True)
    folder = serializers.CharField(source="folder.name", default="", read_only=True)
    created_at = serializers.DateTimeField(read_only=True)


class TopicsView(ListView):
    serializer_class = TopicSerializer

    @extend_schema(operation_id="circle_topics", summary="Topics of a circle", responses=TopicSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        circle = circle_or_404(request, slug)
        rows = Topic.objects.visible_to(request.user).filter(circle=circle).select_related("circle")
        return self.answer(
            lambda cursor, size: keyset_page(rows, keys=("-post_count", "-id"), cursor=cursor, size=size),
            TopicSerializer,
        )


class ShelvesView(APIView):
    @extend_schema(
        operation_id="circle_shelves", summary="Shelves of featured posts", responses=ShelfSerializer(many=True)
    )
    def get(self, request: Request, slug: str) -> Response:
        return Response(ShelfSerializer(circle_or_404(request, slug).shelves.all(), many=True).data)


class ArchiveView(APIView):
    @extend_schema(operation_id="circle_archive", summary="Posts by month", responses=MonthSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        return Response(MonthSerializer(archive.months(circle_or_404(request, slug)), many=True).data)


class FeatureView(APIView):
    @extend_schema(
        operation_id="post_feature", summary="Feature a post", request=FeaturingSerializer, responses={204: None}
    )
    def put(self, request: Request, pk: int) -> Response:
        post = post_or_404(request, pk)
        sent = checked_with(FeaturingSerializer, request)
        shelf = None
        if (wanted := sent["shelf"]) is not None:
            shelf = post.circle.shelves.filter(pk=wanted).first()
            if shelf is None:
                raise Http404
        posts.set_featured(actor=request.user, post=post, featured=True, shelf=shelf)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(operation_id="post_unfeature", summary="No longer feature a post", responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        posts.set_featured(actor=request.user, post=post_or_404(request, pk), featured=False)
        return Response(status=status.HTTP_204_NO_CONTENT)


class PinView(APIView):
    @extend_schema(operation_id="post_pin", summary="Keep a post on top", request=None, responses={204: None})
    def put(self, request: Request, pk: int) -> Response:
        posts.set_pinned(actor=request.user, post=post_or_404(request, pk), pinned=True)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(operation_id="post_unpin", summary="Let a pinned post go", responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        posts.set_pinned(actor=request.user, post=post_or_404(request, pk), pinned=False)
        return Response(status=status.HTTP_204_NO_CONTENT)


class CollectionsView(APIView):
    @extend_schema(
        operation_id="circle_collections", summary="Collections of a circle", responses=CollectionSerializer(many=True)
    )
    def get(self, request: Request, slug: str) -> Response:
        rows = collections_of(circle_or_404(request, slug), request.user)
        return Response(CollectionSerializer(rows, many=True, context={"request": request}).data)

    @extend_schema(
        operation_id="collection_create",
        summary="Begin a collection",
        request=CollectionSerializer,
        responses={201: CollectionSerializer},
    )
    def post(self, request: Request, slug: str) -> Response:
        circle = circle_or_404(request, slug)
        sent = checked_with(CollectionSerializer, request)
        made = collections.create(actor=request.user, circle=circle, **sent)
        shown = CollectionSerializer(made, context={"request": request})
        return Response(shown.data, status=status.HTTP_201_CREATED)


class CollectionView(APIView):
    @extend_schema(operation_id="collection", summary="Table of contents", responses=ContentsSerializer)
    def get(self, request: Request, pk: int) -> Response:
        return Response(ContentsSerializer(collection_or_404(request, pk), context={"request": request}).data)

    @extend_schema(
        operation_id="collection_edit",
        summary="Change title and introduction",
        request=CollectionSerializer,
        responses=CollectionSerializer,
    )
    def patch(self, request: Request, pk: int) -> Response:
        found = collection_or_404(request, pk)
        form = CollectionSerializer(data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        wanted = {"title": found.title, "intro": found.intro, **form.validated_data}
        fresh = collections.edit(actor=request.user, collection=found, **wanted)
        return Response(CollectionSerializer(fresh, context={"request": request}).data)

    @extend_schema(
        operation_id="collection_delete",
        summary="Delete a collection; whoever else made it is told",
        request=RemovingSerializer,
        responses={204: None},
    )
    def delete(self, request: Request, pk: int) -> Response:
        found = collection_or_404(request, pk)
        sent = checked_with(RemovingSerializer, request)
        collections.delete(actor=request.user, collection=found, reason=sent["reason"])
        return Response(status=status.HTTP_204_NO_CONTENT)


class CollectionPagesView(APIView):
    @extend_schema(
        operation_id="collection_add",
        summary="Put a post into a collection",
        request=CollectingSerializer,
        responses={201: ContentsSerializer},
    )
    def post(self, request: Request, pk: int) -> Response:
        found = collection_or_404(request, pk)
        wanted = checked_with(CollectingSerializer, request)
        section = None
        if wanted["section"] is not None:
            section = found.sections.filter(pk=wanted["section"]).first()
            if section is None:
                raise Http404
        post = post_or_404(request, wanted["post"])
        collections.add_page(actor=request.user, collection=found, post=post, section=section, title=wanted["title"])
        fresh = ContentsSerializer(collection_or_404(request, pk), context={"request": request})
        return Response(fresh.data, status=status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="collection_arrange",
        summary="Write the whole order",
        request=OrderSerializer,
        responses=ContentsSerializer,
    )
    def put(self, request: Request, pk: int) -> Response:
        found = collection_or_404(request, pk)
        sent = checked_with(OrderSerializer, request)
        layout = [(row["section"], row["pages"]) for row in sent["chapters"]]
        collections.arrange(actor=request.user, collection=found, layout=layout)
        return Response(ContentsSerializer(collection_or_404(request, pk), context={"request": request}).data)


class CollectionPageView(APIView):
    @extend_schema(operation_id="collection_remove", summary="Take a page out of its collection", responses={204: None})
    def delete(self, request: Request, pk: int, page: int) -> Response:
        found = collection_or_404(request, pk)
        row = CollectionPage.objects.filter(collection=found, pk=page).select_related("collection").first()
        if row is None:
            raise Http404
        collections.remove_page(actor=request.user, page=row)
        return Response(status=status.HTTP_204_NO_CONTENT)


class BookmarksView(ListView):
    serializer_class = BookmarkSerializer
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="bookmarks", summary="What I keep", responses=BookmarkSerializer(many=True))
    def get(self, request: Request) -> Response:
        rows = Bookmark.objects.filter(user=request.user).select_related("folder")
        return self.answer(
            lambda cursor, size: keyset_page(rows, keys=("-created_at", "-id"), cursor=cursor, size=size),
            BookmarkSerializer,
        )


class BookmarkView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="bookmark_is", summary="Do I keep this post, and where?", responses=KeptSerializer)
    def get(self, request: Request, pk: int) -> Response:
        found = bookmark_of(request.user, post_or_404(request, pk).pk)
        folder = found.folder.name if found is not None and found.folder is not None else None
        return Response({"kept": found is not None, "folder": folder})

    @extend_schema(operation_id="bookmark", summary="Keep a post", request=KeepingSerializer, responses={204: None})
    def put(self, request: Request, pk: int) -> Response:
        post = post_or_404(request, pk)
        sent = checked_with(KeepingSerializer, request)
        folder: BookmarkFolder | None = None
        if sent["folder"]:
            folder = bookmarks.add_folder(user=request.user, name=sent["folder"])
        bookmarks.keep(user=request.user, post=post, folder=folder)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(operation_id="bookmark_drop", summary="No longer keep a post", responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        bookmarks.let_go(user=request.user, post_id=pk)
        return Response(status=status.HTTP_204_NO_CONTENT)


def collection_or_404(request: Request, pk: int) -> Collection:
    found = Collection.objects.visible_to(request.user).filter(pk=pk).first() if pk <= ID_MAX else None
    if found is None:
        raise Http404
    return found
