"""Cursor pagination: stable under inserts, the same cost on every page."""

from rest_framework.pagination import CursorPagination


class NewestFirst(CursorPagination):
    """Newest rows first, 50 a page, at most 200 by ``page_size``."""

    ordering = "-pk"
    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"
