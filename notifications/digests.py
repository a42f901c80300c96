"""What stands in a person's digest: what they have not read, and the best of their circles."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import NoticeLevel, User
from circles.models import Membership, Post, PostKind
from daily import week
from daily.week import Week
from notifications import letters, queries, rules, tokens, wording
from notifications.models import Broadcast, Delivery, DigestRhythm, Notification, Preferences
from notifications.queries import InboxItem

SHOWN = 5
UNREAD_COUNTED = 100
QUOTE_MAX = 120
ANNOUNCED = (NoticeLevel.HIGHLIGHTS, NoticeLevel.DIGEST)
"""Whose announcements it lists; those of `ALL` have come by mail of their own."""


@dataclass(frozen=True)
class Digest:
    unread: list[InboxItem]
    """The newest of them; how many there are says `unread_count`, up to UNREAD_COUNTED."""
    unread_count: int
    announcements: list[InboxItem]
    posts: list[Post]
    week: Week | None = None
    """Of the weekly one: streak, level, medals, goals, on this day."""

    def __bool__(self) -> bool:
        return bool(self.unread or self.announcements or self.posts or self.week)


def key_of(rhythm: str, slot: datetime) -> str:
    """The period a digest is for, such as "digest:2026-11-22": each person gets one of it, whatever the hour."""
    local = timezone.localtime(slot, timezone.get_default_timezone())
    if rhythm == DigestRhythm.WEEKLY:
        year, week, _day = local.isocalendar()
        return f"digest:{year}-W{week:02}"
    return f"digest:{local:%Y-%m-%d}"


def rhythms_of(slot: datetime) -> list[DigestRhythm]:
    """What goes out in the hour that begins at `slot`, for those who chose that hour."""
    local = timezone.localtime(slot, timezone.get_default_timezone())
    return [DigestRhythm.DAILY, DigestRhythm.WEEKLY] if local.weekday() == 0 else [DigestRhythm.DAILY]


def collect(person: User, *, rhythm: str, until: datetime) -> Digest:
    """Of the day or week before `until`. Queries: a fixed number."""
    since = until - timedelta(days=7 if rhythm == DigestRhythm.WEEKLY else 1)
    unread = Notification.objects.visible_to(person).filter(read_at__isnull=True, updated_at__gte=since)
    broadcasts = Broadcast.objects.visible_to(person, at=ANNOUNCED).filter(published_at__gte=since)
    return Digest(
        unread=queries.newest_lines(unread, SHOWN),
        unread_count=unread[:UNREAD_COUNTED].count(),
        announcements=queries.newest_broadcasts(broadcasts, SHOWN),
        posts=_best_posts(person, since=since, until=until),
        week=week.of(person, since=since, until=until) if rhythm == DigestRhythm.WEEKLY else None,
    )


def _best_posts(person: User, *, since: datetime, until: datetime) -> list[Post]:
    levels: list[str] = [*rules.GOOD_POSTS_LEVELS]
    if person.notice_level in rules.GOOD_POSTS_LEVELS:
        levels.append("")
    mine = Membership.objects.active().filter(user=person, level__in=levels).values("circle")
    posts = Post.objects.visible_to(person).filter(circle__in=mine, published_at__gte=since, published_at__lt=until)
    best = (
        posts.exclude(author=person)
        .exclude(kind=PostKind.ANNOUNCEMENT)
        .select_related("circle", "author__avatar", "author_face")
    )
    return list(best.order_by("-is_featured", (F("like_count") + 2 * F("comment_count")).desc(), "-id")[:SHOWN])


def letter(digest: Digest, delivery: Delivery, preferences: Preferences) -> letters.Letter:
    with letters.speaking(preferences):
        lines = [
            (wording.sentence(item), letters.plain(item), item) for item in (*digest.unread, *digest.announcements)
        ]
        context = {
            "lines": [
                {"html": html, "text": text, "quote": _quote_of(item), "url": _url(item)} for html, text, item in lines
            ],
            "posts": [
                {"quote": _quote(post), "post": post, "url": letters.absolute(post.get_absolute_url())}
                for post in digest.posts
            ],
            "days": _days(digest.week) if digest.week is not None else [],
            "why": _("You get this because you asked for a digest."),
        }
        return letters.compose("digest", _subject(digest), context, delivery, tokens.DIGEST)


def _subject(digest: Digest) -> str:
    if unread := digest.unread_count + len(digest.announcements):
        return ngettext("%(count)d message for you", "%(count)d messages for you", unread) % {"count": unread}
    if not digest.posts:
        return _("Your week")
    return _("The best of your circles: %(words)s") % {"words": _quote(digest.posts[0])[:40]}


def _days(week: Week) -> list[dict[str, str]]:
    """Lines about the reader's own days: (text, url)."""
    lines = []
    if week.streak_in is not None:
        said = ngettext("%(days)d day in a row in %(circle)s", "%(days)d days in a row in %(circle)s", week.streak) % {
            "days": week.streak,
            "circle": week.streak_in.name,
        }
        lines.append((said, week.streak_in.get_absolute_url()))
    if week.grade_in is not None:
        names = {"grade": week.grade, "title": week.title, "circle": week.grade_in.name}
        said = _("Level %(grade)s in %(circle)s") % names
        lines.append((f"{said} · {week.title}" if week.title else said, week.grade_in.get_absolute_url()))
    lines += [(_("New medal: %(name)s") % {"name": award.medal}, reverse("daily:my_medals")) for award in week.medals]
    lines += [
        (
            _("%(circle)s gathers for “%(goal)s”: %(percent)s %% so far")
            % {"circle": goal.circle.name, "goal": goal.name, "percent": goal.percent},
            goal.get_absolute_url(),
        )
        for goal in week.goals
    ]
    for memory in week.memories:
        said = ngettext(
            "On this day, %(years)d year ago: %(words)s", "On this day, %(years)d years ago: %(words)s", memory.years
        )
        lines.append(
            (said % {"years": memory.years, "words": _quote(memory.post)[:60]}, memory.post.get_absolute_url())
        )
    return [{"text": text, "url": letters.absolute(url)} for text, url in lines]


def _quote(post: Post) -> str:
    return " ".join(post.body.split())[:QUOTE_MAX] or _("Photos")


def _quote_of(item: InboxItem) -> str:
    words = " ".join(item.words.split())[:QUOTE_MAX]
    return words if words or item.post is None else _("Photos")


def _url(item: InboxItem) -> str:
    return letters.absolute(item.target_url)
