from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from circles.models import Post
from search.actions import indexing
from search.engine import Index, Order
from search.queries import Filters, posts
from search.words import parse
from tests.factories import PostFactory


@pytest.fixture
def written() -> Callable[..., Post]:
    """A post that stands in the index."""

    def write(body: str, *, days_ago: float = 0, **values: Any) -> Post:
        published_at = timezone.now() - timedelta(days=days_ago)
        post = PostFactory(body=body, body_html=f"<p>{body}</p>", published_at=published_at, **values)
        indexing.index(Index.POSTS, [post.pk])
        return post

    return write


def found(viewer: Any, typed: str, *, order: Order = Order.NEWEST, **filters: Any) -> list[int]:
    """Ids of the posts somebody finds, in their order."""
    page = posts(viewer, parse(typed), Filters(order=order, **filters), size=50)
    return [hit.post.pk for hit in page.items]
