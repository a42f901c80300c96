from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def kept_words(
    request: HttpRequest,
    words: str,
    message: str,
    *,
    status: int,
    login_to: str = "",
    other_circle: UUID | None = None,
) -> HttpResponse:
    """What somebody typed can no longer go where it should: say why, and give the words back to copy.

    `login_to`: where to go on after logging in; `other_circle`: the draft that can be sent elsewhere.
    """
    context = {"words": words, "message": message, "login_to": login_to, "other_circle": other_circle}
    return render(request, "circles/kept_words.html", context, status=status)
