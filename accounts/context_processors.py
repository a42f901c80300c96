from collections.abc import Callable
from typing import NamedTuple

from django.http import HttpRequest
from django.utils.safestring import SafeString

from core.parts import Part

_my_card = Part("accounts/partials/_my_card.html", kept=("person",))
_my_picture = Part("components/_avatar.html", kept=("person", "badge"))


class _Shown(NamedTuple):
    """What a picture shows of a person."""

    nickname: str
    avatar_url: str | None
    is_verified: bool


def me(request: HttpRequest) -> dict[str, Callable[[], SafeString]]:
    """`my_card` (picture and nickname) and `my_picture`, of whoever is logged in; empty for visitors."""

    def card() -> SafeString:
        person = _shown(request)
        return _my_card(person=person) if person else SafeString()

    def picture() -> SafeString:
        person = _shown(request)
        return _my_picture(person=person, badge=False) if person else SafeString()

    return {"my_card": card, "my_picture": picture}


def _shown(request: HttpRequest) -> _Shown | None:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    return _Shown(user.nickname, user.avatar_url, user.is_verified)
