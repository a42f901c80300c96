from collections.abc import Callable
from typing import Any

from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from core.numbers import whole_number
from core.pagination import Page


class PagePagination(BasePagination):
    """`{results, next, previous}` of lists that come as `core.pagination.Page`. Forward only: `previous` is null.

    A view calls `self.paginator.answer(request, read, serialize)` with `read(cursor, size) -> Page`.
    """

    page_size = 20
    max_page_size = 100

    def answer(
        self, request: Request, read: Callable[[str | None, int], Page[Any]], serialize: Callable[..., Any]
    ) -> Response:
        page = read(request.query_params.get("cursor"), self._size(request))
        here = request.build_absolute_uri()
        following = replace_query_param(here, "cursor", page.next_cursor) if page.next_cursor else None
        return Response({"results": serialize(page.items, many=True).data, "next": following, "previous": None})

    def get_paginated_response_schema(self, schema: dict) -> dict:
        link = {"type": "string", "nullable": True, "format": "uri"}
        return {
            "type": "object",
            "required": ["results", "next", "previous"],
            "properties": {"results": schema, "next": link, "previous": link},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [
            {"name": "cursor", "in": "query", "required": False, "schema": {"type": "string"}},
            {"name": "page_size", "in": "query", "required": False, "schema": {"type": "integer"}},
        ]

    def _size(self, request: Request) -> int:
        wanted = request.query_params.get("page_size", "")
        asked = whole_number(wanted, at_most=9999)
        size = self.page_size if asked is None else asked
        return min(max(size, 1), self.max_page_size)
