"""What one post has besides itself: who comes to its event, and what it said before."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from circles.byline import Byline, named, own
from circles.models import Membership, Post, PostVersion, SignUp, SignUpState
from core.text.differences import Piece, differences

if TYPE_CHECKING:
    from accounts.models import User

    Person = User | Any


@dataclass(frozen=True)
class Participant:
    """Somebody who signed up for an event, under the name they have in its circle."""

    sign_up: SignUp
    byline: Byline


def participants(post: Post, viewer: "Person") -> list[Participant]:
    """Who has a place, then who is in line, each by when they signed up; for the organiser alone. Queries: 2."""
    rows = SignUp.objects.visible_to(viewer).filter(event=post.pk, event__post__author=viewer.pk)
    found = list(
        rows.exclude(state=SignUpState.WITHDRAWN).select_related("person__avatar").order_by("state", "queued_at", "pk")
    )
    here = Membership.objects.filter(circle=post.circle_id, user__in=[row.person_id for row in found]).exclude(
        nickname=""
    )
    names = {row.user_id: row for row in here.select_related("avatar")}
    return [Participant(row, _byline_here(row.person, names.get(row.person_id))) for row in found]


def _byline_here(person: "User", membership: Membership | None) -> Byline:
    if membership is None:
        return own(person)
    return named(person, name=membership.nickname, face=membership.avatar, is_linked=membership.is_linked)


@dataclass(frozen=True)
class Version:
    """What a post said at one time, and what was changed to come to it."""

    number: int
    written_at: datetime
    title: list[Piece]
    body: list[Piece]


def versions(post: Post, viewer: "Person", *, limit: int = 50) -> list[Version]:
    """The post as it is and as it was, the newest first; the oldest shown whole. Queries: 1."""
    kept = list(PostVersion.objects.visible_to(viewer).filter(post=post).order_by("-number")[:limit])
    newest = (kept[0].number + 1 if kept else 1, post.edited_at or post.published_at, post.title, post.body)
    texts = [newest, *((row.number, row.written_at, row.title, row.body) for row in kept)]
    return [
        Version(number, at, differences(older[2], title), differences(older[3], body))
        for (number, at, title, body), older in zip(texts, [*texts[1:], texts[-1]], strict=True)
    ]
