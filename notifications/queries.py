"""Reading the inbox: a person's own lines and the broadcasts of the merchants they follow, as one list."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any

from django.db.models import OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import NoticeLevel, User
from circles.byline import Byline, byline_of, own
from circles.models import Circle, Comment, Membership, MembershipState, Post, PostPhoto
from core.pagination import Page, decode_cursor, encode_cursor
from core.prepared import Prepared, among
from core.text.render import plain
from merchants.models import Fan, Merchant
from notifications import notices
from notifications.glance import glance, hears_by_default, somebody, unseen
from notifications.models import DECISIONS, IMPERSONAL, Broadcast, Kind, Notification

PAGE_SIZE = 20
BROADCASTS_COUNTED = 100
"""The badge counts broadcasts no further; it shows 99+ anyway."""
LEVELS_SHOWN = 200
_BROADCAST, _NOTIFICATION = 0, 1
"""Order within one moment: a person's own lines come first."""

ANNOUNCEMENT = "announcement"
TABS: dict[str, tuple[Kind, ...]] = {
    "all": tuple(Kind),
    "replies": (Kind.COMMENT, Kind.REPLY, Kind.MENTION),
    "likes": (Kind.LIKE, Kind.COMMENT_LIKE),
    "announcements": (),
}
"""Tab → kinds of notifications; broadcasts are under "all" and "announcements"."""

Place = tuple[datetime, int, int]
"""(moment, _BROADCAST or _NOTIFICATION, id): a total order over both kinds of rows."""


@dataclass(frozen=True)
class InboxItem:
    """One line of the inbox; `kind` is a `Kind` or ANNOUNCEMENT."""

    place: Place
    kind: str
    time: datetime
    unread: bool
    post: Post | None
    """None in a notice about oneself."""
    notification: Notification | None = None
    broadcast: Broadcast | None = None
    thumb_url: str | None = None
    """The first photo of the post, unless moderators took it out of sight; only `inbox` looks for it."""

    @cached_property
    def actor(self) -> Byline | None:
        """Who did it, as they appear there."""
        line = self.notification
        if line is not None and line.kind == Kind.FOLLOW and line.actor:
            return own(line.actor)
        if line is None or line.post_id is None or self.is_decision or self.kind in IMPERSONAL:
            return None
        row = line.comment or line.post
        if row is not None and line.kind not in TABS["likes"] and (row.is_masked or line.actor_id == row.author_id):
            return byline_of(row, line.actor)
        return own(line.actor) if line.actor else Byline(_("Somebody"), is_verified=False, is_masked=True)

    @property
    def actor_count(self) -> int:
        return self.notification.actor_count if self.notification else 0

    @property
    def comment(self) -> Comment | None:
        return self.notification.comment if self.notification else None

    @property
    def merchant(self) -> Merchant | None:
        return self.broadcast.merchant if self.broadcast else None

    @property
    def is_decision(self) -> bool:
        return self.kind in DECISIONS

    @property
    def circle(self) -> Circle | None:
        return self.post.circle if self.post else None

    @property
    def target_url(self) -> str:
        """Where the line leads: the comment, the post, for a hidden post its circle, for a notice its page."""
        if self.post is None:
            return (
                reverse("accounts:my_followers")
                if self.kind == Kind.FOLLOW
                else notices.url(self.kind, self.notification.data if self.notification else {})
            )
        if self.kind == Kind.POST_HIDDEN:
            return self.post.circle.get_absolute_url()
        return (self.comment or self.post).get_absolute_url()

    @property
    def quote(self) -> str:
        """The words it is about, or a moderator's reason."""
        if self.notification and (self.is_decision or self.post is None):
            return self.notification.detail
        return self.words[:120]

    @property
    def words(self) -> str:
        """The whole comment or post; a notice's reason."""
        subject = self.comment or self.post
        return plain(subject.body_html) if subject else self.quote


def inbox(viewer: User, cursor: str | None = None, *, tab: str = "all", size: int = PAGE_SIZE) -> Page[InboxItem]:
    """Newest first. What became hidden or was deleted is not there, nor are broadcasts from before one followed.

    Queries: 4 at most; the first page of the usual size is compiled once.
    """
    tab = tab if tab in TABS else "all"
    before = decode_cursor(cursor, kinds=(datetime, int, int))
    is_usual = before is None and size == PAGE_SIZE
    items: list[InboxItem] = []
    if TABS[tab]:
        lines = (
            _first_lines(tab, viewer.keeps_distance).instances(viewer=viewer.pk)
            if is_usual
            else _lines(viewer, TABS[tab], before)[: size + 1]
        )
        items += [_of_notification(row) for row in lines]
    if tab not in ("replies", "likes"):
        seen_at = glance(viewer).seen_at
        broadcasts = (
            _first_broadcasts(viewer.keeps_distance, hears_by_default(viewer)).instances(viewer=viewer.pk)
            if is_usual
            else _broadcasts(viewer, before)[: size + 1]
        )
        items += [_of_broadcast(row, seen_at) for row in broadcasts]
    items.sort(key=lambda item: item.place, reverse=True)
    more = len(items) > size
    items = _with_thumbs(items[:size])
    return Page(items, encode_cursor(*items[-1].place) if more else None)


def unread_count(viewer: User | Any) -> int:
    """What the badge shows: unread notifications and unseen broadcasts (at most BROADCASTS_COUNTED).

    Queries, compiled once: 1, or 2 for who was sent a broadcast since they looked.
    """
    if not viewer.is_authenticated:
        return 0
    now = glance(viewer)
    if not now.bell:
        return 0
    return now.unread + (unseen(viewer, most=BROADCASTS_COUNTED) if now.is_sent_more else 0)


def hearing_all(circle_id: int | OuterRef) -> "QuerySet[Membership]":
    """The members who asked for every post of a circle, found by an index of their own."""
    return Membership.objects.filter(circle=circle_id, state=MembershipState.ACTIVE, level=NoticeLevel.ALL)


def levels_of(viewer: User) -> tuple[list[Membership], list[Fan]]:
    """The circles and merchants a person may choose a level for, the latest first. Queries: 2."""
    return _memberships.instances(viewer=viewer.pk), _fans.instances(viewer=viewer.pk)


_memberships = Prepared(
    lambda any_: (
        Membership.objects.active()
        .filter(user=any_.viewer, circle__in=Circle.objects.visible_to(User.somebody(any_.viewer)))
        .select_related("circle__avatar")
        .order_by("-joined_at", "-id")[:LEVELS_SHOWN]
    ),
    "viewer",
)
_fans = Prepared(
    lambda any_: (
        Fan.objects.filter(user=any_.viewer, merchant__in=Merchant.objects.visible_to(User.somebody(any_.viewer)))
        .select_related("merchant__logo", "merchant__circle__avatar")
        .order_by("-followed_at", "-id")[:LEVELS_SHOWN]
    ),
    "viewer",
)


def find(viewer: User, notification_id: int) -> InboxItem | None:
    """One of the viewer's lines, if it is theirs and may still be seen."""
    row = _with_everything(Notification.objects.visible_to(viewer)).filter(pk=notification_id).first()
    return _of_notification(row) if row else None


def find_broadcast(rows: "QuerySet[Broadcast]", announcement_id: int | None) -> InboxItem | None:
    """The broadcast of an announcement among `rows`, as a line of the inbox."""
    row = rows.select_related("merchant", "announcement__post__circle").filter(announcement=announcement_id).first()
    return _of_broadcast(row, None) if row else None


def newest_lines(rows: "QuerySet[Notification]", size: int) -> list[InboxItem]:
    return [_of_notification(row) for row in _with_everything(rows).order_by("-updated_at", "-id")[:size]]


def newest_broadcasts(rows: "QuerySet[Broadcast]", size: int) -> list[InboxItem]:
    found = rows.select_related("merchant", "announcement__post__circle").order_by("-published_at", "-id")[:size]
    return [_of_broadcast(row, None) for row in found]


@lru_cache
def _first_lines(tab: str, keeps_distance: bool) -> Prepared:
    def query(any_: Any) -> "QuerySet[Notification]":
        return _lines(User.somebody(any_.viewer, keeps_distance=keeps_distance), TABS[tab])[: PAGE_SIZE + 1]

    return Prepared(query, "viewer")


def _lines(viewer: User, kinds: tuple[Kind, ...], before: tuple[Any, ...] | None = None) -> "QuerySet[Notification]":
    rows = _with_everything(Notification.objects.visible_to(viewer)).order_by("-updated_at", "-id")
    if set(kinds) != set(Kind):
        rows = rows.filter(kind__in=kinds)
    if before is None:
        return rows
    at, rank, row_id = before
    same_moment = Q(updated_at=at, id__lt=row_id) if rank == _NOTIFICATION else Q(pk__in=[])
    return rows.filter(updated_at__lte=at).filter(Q(updated_at__lt=at) | same_moment)


@lru_cache
def _first_broadcasts(keeps_distance: bool, hears_by_default: bool) -> Prepared:
    def query(any_: Any) -> "QuerySet[Broadcast]":
        viewer = somebody(any_.viewer, keeps_distance=keeps_distance, hears_by_default=hears_by_default)
        return _broadcasts(viewer)[: PAGE_SIZE + 1]

    return Prepared(query, "viewer")


def _broadcasts(viewer: User, before: tuple[Any, ...] | None = None) -> "QuerySet[Broadcast]":
    rows = (
        Broadcast.objects.visible_to(viewer)
        .select_related("merchant__logo", "merchant__circle__avatar", "announcement__post__circle")
        .order_by("-published_at", "-id")
    )
    if before is None:
        return rows
    at, rank, row_id = before
    same_moment = Q(published_at=at) if rank == _NOTIFICATION else Q(published_at=at, id__lt=row_id)
    return rows.filter(published_at__lte=at).filter(Q(published_at__lt=at) | same_moment)


def _with_everything(rows: "QuerySet[Notification]") -> "QuerySet[Notification]":
    return rows.select_related("actor__avatar", "post__circle", "post__author_face", "comment__author_face")


def _with_thumbs(items: list[InboxItem]) -> list[InboxItem]:
    """Queries: 1, none where no line is about a post."""
    ids = {item.post.pk for item in items if item.post and not item.is_decision}
    photos = _first_photos.instances(ids=list(ids)) if ids else []
    urls = {photo.post_id: photo.picture.thumb_url for photo in photos}
    return [
        replace(item, thumb_url=urls.get(item.post.pk)) if item.post and not item.is_decision else item
        for item in items
    ]


_first_photos = Prepared(
    lambda any_: PostPhoto.objects.filter(position=0, post_id__in=among(any_.ids)).select_related("picture"), "ids"
)


def _of_notification(row: Notification) -> InboxItem:
    return InboxItem(
        place=(row.updated_at, _NOTIFICATION, row.pk),
        kind=row.kind,
        time=row.updated_at,
        unread=row.is_unread,
        post=row.post,
        notification=row,
    )


def _of_broadcast(row: Broadcast, seen_at: datetime | None) -> InboxItem:
    return InboxItem(
        place=(row.published_at, _BROADCAST, row.pk),
        kind=ANNOUNCEMENT,
        time=row.published_at,
        unread=seen_at is None or row.published_at > seen_at,
        post=row.announcement.post,
        broadcast=row,
    )
