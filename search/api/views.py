"""Searching over the API: the same queries as pages."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from circles.models import PostKind
from core.api.lists import ListView
from core.pagination import Page
from search import queries, rates
from search.api.serializers import HitSerializer
from search.asked import TYPES, Asked, read
from search.engine import Order

API_TYPES = TYPES[1:]


class SearchView(ListView):
    serializer_class = HitSerializer

    @extend_schema(
        operation_id="search",
        summary="Find posts, comments, circles, people, merchants or topics",
        description="Only what the caller may see. People are found by callers who are logged in, and only those who "
        "let themselves be found. Without words nothing is found. Filters are for posts and comments. "
        "Counted by caller; too many within a minute are a 429 (`too_many_requests`) with `Retry-After`.",
        parameters=[
            OpenApiParameter("q", str, required=True, description="Words; in quotation marks just so."),
            OpenApiParameter("type", str, enum=API_TYPES, description="posts if left out."),
            OpenApiParameter("sort", str, enum=[order.value for order in Order], description="best if left out."),
            OpenApiParameter("circle", str, description="Address of a circle."),
            OpenApiParameter("author", str, description="User name. Never finds what stands under pseudonyms."),
            OpenApiParameter("kind", str, enum=PostKind.values, description="Of posts."),
            OpenApiParameter("since", str, enum=list(queries.SINCE)),
            OpenApiParameter("photos", str, enum=["1"]),
            OpenApiParameter("featured", str, enum=["1"]),
            OpenApiParameter("mine", str, enum=["1"], description="In circles the caller is a member of."),
        ],
        responses=HitSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        asked = read(request.query_params, request.user, types=("posts", *API_TYPES))
        if asked.typed:
            rates.count_search(request._request)
        return self.answer(lambda cursor, size: _page(request.user, asked, cursor, size), HitSerializer)


def _page(viewer: Any, asked: Asked, cursor: str | None, size: int) -> Page[dict[str, Any]]:
    if not asked.typed:
        return Page([])
    if asked.type == "posts":
        found = queries.posts(viewer, asked.words, asked.filters, cursor, size=size)
        cards = queries.cards_of(found.items, viewer)
        snippets = [hit.snippet for hit in found.items]
        return Page(
            [_hit("post", card, snippet) for card, snippet in zip(cards, snippets, strict=True)], found.next_cursor
        )
    if asked.type == "comments":
        comments = queries.comments(viewer, asked.words, asked.filters, cursor, size=size)
        return comments.map(lambda hits: [_hit("comment", hit.comment, hit.snippet) for hit in hits])
    by_name: dict[str, Any] = {
        "circles": ("circle", queries.circles),
        "people": ("person", queries.people),
        "merchants": ("merchant", queries.merchants),
        "topics": ("topic", queries.topics),
    }
    name, find = by_name[asked.type]
    page: Page[Any] = find(viewer, asked.typed, cursor, size=size)
    return page.map(lambda rows: [_hit(name, row) for row in rows])


def _hit(type_: str, row: Any, snippet: Any = ()) -> dict[str, Any]:
    empty = dict.fromkeys(("post", "comment", "circle", "person", "merchant", "topic"))
    return {**empty, "type": type_, "snippet": list(snippet), type_: row}
