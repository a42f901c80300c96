from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def kept_words(
    request: HttpRequest,
    words: str,
    message: str,
    *,
    status: int,
    login: bool = False,
    other_circle: UUID | None = None,
) -> HttpResponse:
    """What somebody typed can no longer go where it should: say why, and give the words back to copy."""
    context = {"words": words, "message": message, "login": login, "other_circle": other_circle}
    return render(request, "circles/kept_words.html", context, status=status)
