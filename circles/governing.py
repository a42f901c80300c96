"""Reads for those who look after a circle, and for the log that members read. Each with a fixed number of queries."""

import html
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from circles.byline import Byline, own
from circles.models import (
    Circle,
    Deed,
    DeedKind,
    Entry,
    Invitation,
    JoinRequest,
    Membership,
    MembershipState,
    Post,
    Role,
)
from core.pagination import Page, keyset_page


def requests_waiting(circle: Circle, cursor: str | None = None, *, size: int = 20) -> Page[JoinRequest]:
    """Who asks to join, the first to ask first; whoever calls has asked `rules.can_admit`. Queries: 1."""
    rows = circle.join_requests.waiting().select_related("user__avatar")
    return keyset_page(rows, keys=("id",), cursor=cursor, size=size)


def waiting_count(circle: Circle) -> int:
    """How many ask to join; whoever calls has asked `rules.can_admit`. Queries: 1."""
    return circle.join_requests.waiting().count()


def has_asked(circle: Circle, person: User) -> bool:
    """Does an application of theirs wait? Asked only where people apply."""
    if circle.entry != Entry.APPLY:
        return False
    return circle.join_requests.waiting().filter(user=person).exists()


def requests_decided(circle: Circle, *, limit: int = 30) -> list[dict[str, Any]]:
    """With the name that whoever decided has in the circle. Queries: 2."""
    rows = circle.join_requests.filter(decided_by__isnull=False).select_related("user__avatar", "decided_by__avatar")
    found = list(rows.order_by("-id")[:limit])
    names = bylines(circle, {row.decided_by_id for row in found if row.decided_by_id})
    return [{"asked": row, "by": _shown(row.decided_by, names)} for row in found]


def member(circle: Circle, pk: int) -> Membership | None:
    """A membership that is there or has something to be lifted; whoever calls has asked. Queries: 1."""
    found = circle.memberships.select_related("user__avatar", "avatar").filter(pk=pk).first()
    if found is None or not (found.is_active or found.is_banned or found.is_silenced):
        return None
    return found


def bylines(circle: Circle, people: Iterable[int]) -> dict[int, Byline]:
    """Id of a person → how they appear in the circle as one of those who look after it. Queries: 1."""
    rows = Membership.objects.filter(circle=circle, user__in=set(people)).select_related("user__avatar", "avatar")
    return {row.user_id: row.byline_in_office for row in rows}


def host_of(invitation: Invitation) -> Byline | None:
    """Who invites, while they are a member. Queries: 1."""
    rows = Membership.objects.filter(circle=invitation.circle_id, user=invitation.made_by_id)
    host = rows.select_related("user__avatar", "avatar").first()
    return host.byline if host is not None and host.is_active else None


def invitations(circle: Circle, *, limit: int = 40) -> list[Invitation]:
    """The newest first. Queries: 1."""
    return list(circle.invitations.select_related("made_by").order_by("-id")[:limit])


def banned(circle: Circle, cursor: str | None = None, *, size: int = 30) -> Page[tuple[Membership, Deed | None]]:
    """Who was banned, with the line of the log that says why. Queries: 2."""
    rows = circle.memberships.filter(state=MembershipState.BANNED).select_related("user__avatar", "avatar")
    page = keyset_page(rows, keys=("-id",), cursor=cursor, size=size)
    people = [row.user_id for row in page.items]
    why = Deed.objects.filter(circle=circle, kind=DeedKind.BANNED, subject__in=people).order_by("id")
    deeds = {deed.subject_id: deed for deed in why}
    return page.map(lambda found: [(row, deeds.get(row.user_id)) for row in found])


def deeds(circle: Circle, viewer: User, cursor: str | None = None, *, size: int = 30) -> Page[dict[str, Any]]:
    """The log as lines ready to be shown. Queries: 3."""
    rows = Deed.objects.visible_to(viewer).filter(circle=circle).select_related("actor__avatar", "subject__avatar")
    page = keyset_page(rows, keys=("-id",), cursor=cursor, size=size)
    posts = {row.post_id for row in page.items if row.post_id}
    seen = set(Post.objects.visible_to(viewer).filter(pk__in=posts).values_list("pk", flat=True))
    names = bylines(circle, {person for row in page.items for person in (row.actor_id, row.subject_id) if person})
    return page.map(lambda found: [_line(row, names, seen) for row in found])


def _line(deed: Deed, names: dict[int, Byline], seen: set[int]) -> dict[str, Any]:
    sentence = _sentence(deed, names)
    return {
        "deed": deed,
        "sentence": sentence,
        "text": html.unescape(strip_tags(sentence)),
        "actor": _shown(deed.actor, names),
        "subject": _shown(deed.subject, names),
        "post": deed.post_id if deed.post_id in seen else None,
        "post_url": reverse("circles:post", args=[deed.post_id]) if deed.post_id in seen else "",
    }


def _sentence(deed: Deed, names: dict[int, Byline]) -> SafeString:
    who = _name(deed.actor, names) if deed.actor else _strong(_("The team of this site"))
    if deed.kind in (DeedKind.VACANT, DeedKind.VOTE_OPENED):
        return format_html(
            "{}",
            _("The owner is gone: notice was given.")
            if deed.kind == DeedKind.VACANT
            else _("The members choose a new owner."),
        )
    what = deed.get_kind_display()
    said = pgettext_who_did(who, what)
    if deed.subject is not None and deed.subject_id != deed.actor_id:
        said = format_html("{}{}{}", said, _(": "), _name(deed.subject, names))
    elif name := deed.details.get("name"):
        said = format_html("{}{}{}", said, _(": "), _strong(name))
    more = _more(deed)
    return format_html("{} ({})", said, more) if more else said


def pgettext_who_did(who: SafeString, what: str) -> SafeString:
    return format_html(_("{who} {did}"), who=who, did=what)


def _more(deed: Deed) -> str:
    details = deed.details
    if deed.kind == DeedKind.ROLE:
        return f"{Role(details['before']).label} → {Role(details['after']).label}"
    if deed.kind == DeedKind.TITLE:
        return str(details["title"]) or _("taken away")
    if deed.kind in (DeedKind.MEDAL_GIVEN, DeedKind.MEDAL_TAKEN):
        return str(details["medal"])
    if deed.kind in (DeedKind.GOAL_CALLED_OFF, DeedKind.GOAL_RESUMED):
        return str(details["goal_en"] if (get_language() or "").startswith("en") else details["goal"])
    return ""


def _name(person: User, names: dict[int, Byline]) -> SafeString:
    by = names.get(person.pk)
    return _strong(by.nickname if by is not None else person.nickname)


def _shown(person: User | None, names: dict[int, Byline]) -> Byline | None:
    return None if person is None else names.get(person.pk) or own(person)


def _strong(text: str) -> SafeString:
    return format_html("<strong>{}</strong>", text)
