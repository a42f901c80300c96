from collections.abc import Callable
from typing import Any

from rest_framework.generics import GenericAPIView
from rest_framework.response import Response

from core.api.pagination import PagePagination
from core.pagination import Page


class ListView(GenericAPIView):
    """A view whose GET answers a `core.pagination.Page`, read with the same query that pages use."""

    pagination_class = PagePagination

    def answer(self, read: Callable[[str | None, int], Page[Any]], serializer: type) -> Response:
        """`read(cursor, size)` gives the page, `serializer` shows its items."""
        context = self.get_serializer_context()
        paginator: Any = self.paginator
        return paginator.answer(self.request, read, lambda items, many: serializer(items, many=many, context=context))
