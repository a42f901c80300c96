"""Who hears of what: from a deed in a circle to the people it reaches."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from accounts import badges
from accounts.models import CreditChange, Fact, FactChange, Follow, NoticeLevel, User
from circles.mentions import mentioned_people
from circles.models import (
    Ballot,
    Comment,
    CommentLike,
    Draft,
    Like,
    Membership,
    Post,
    Publication,
    SignUp,
    SignUpState,
)
from core.prepared import Prepared, among, is_any_of
from moderation.models import LogEntry, OpeningState, PseudonymOpening
from notifications.actions.deliver import Line, collapse_follow, collapse_like, deliver, deliver_all, notice
from notifications.actions.deliver_to_many import deliver_to_many
from notifications.models import Kind
from notifications.queries import hearing_all

_Told = dict[int, list[Line]]
"""Person → what they are to be told."""


def mentions_in_posts(post_ids: Sequence[int]) -> None:
    """Tell those whom posts mention, if they may see them."""
    told: _Told = {}
    for post in _posts.instances(ids=list(post_ids)):
        for person in mentioned_people(post.body, circle_id=post.circle_id):
            if person.pk != post.author_id:
                line = Line(Kind.MENTION, key=f"post:{post.pk}", post=post, actor_id=_actor_of(post))
                told.setdefault(person.pk, []).append(line)
    _tell_all(told, _seen_posts)


_posts = Prepared(
    lambda any_: (
        Post.objects.filter(pk__in=among(any_.ids))
        .only("body", "author", "author_mask", "circle", "kind", "state")
        .order_by("pk")
    ),
    "ids",
)
_seen_posts = Prepared(
    lambda any_: (
        Post.objects.visible_to(User.somebody(any_.viewer)).filter(is_any_of("pk", any_.ids)).values_list("pk")
    ),
    "viewer",
    "ids",
)


def new_post(*, post_id: int, after: int, until: int) -> None:
    """Tell those who asked for everything in the circle, of this range of people.

    Whom the post mentions hears of that instead. An announcement reaches fans as a broadcast.
    """
    post: Post | None = _posts.first(ids=[post_id])
    if post is None or not post.is_published or post.is_announcement:
        return
    mentioned = [person.pk for person in mentioned_people(post.body, circle_id=post.circle_id)]
    left_out = [*mentioned, post.author_id]
    chosen = hearing_all(post.circle_id).filter(user_id__gt=after, user_id__lte=until).exclude(user_id__in=left_out)
    deliver_to_many(
        recipient_ids=list(chosen.values_list("user_id", flat=True)),
        level=NoticeLevel.ALL,
        kind=Kind.POST,
        key=f"post:{post.pk}",
        post=post,
        actor_id=_actor_of(post),
    )


def like(*, post_id: int, user_id: int) -> None:
    """Tell the author that somebody likes their post, if they still do and it is still there."""
    post = Post.objects.filter(pk=post_id, state=Publication.PUBLISHED).first()
    if post is not None and Like.objects.filter(post=post, user=user_id).exists():
        collapse_like(post=post, actor_id=user_id)


def follow(*, follower_id: int, followed_id: int) -> None:
    """Tell somebody that somebody follows them, if they still do."""
    if Follow.objects.filter(follower=follower_id, followed=followed_id).exists():
        collapse_follow(recipient_id=followed_id, actor_id=follower_id)


def comment_like(*, comment_id: int, user_id: int) -> None:
    """Tell the author of a comment that somebody likes it, if they still do and it is still there."""
    comment = Comment.objects.select_related("post").filter(pk=comment_id, state=Publication.PUBLISHED).first()
    if comment is not None and CommentLike.objects.filter(comment=comment, user=user_id).exists():
        collapse_like(post=comment.post, comment=comment, actor_id=user_id)


def comments(comment_ids: Sequence[int]) -> None:
    """Tell whom comments answer or quote, the posts' authors and those they mention; each is told once of each.

    An answer counts more than a comment on one's post, and that more than a mention.
    """
    told: _Told = {}
    for found in _comments.instances(ids=list(comment_ids)):
        kinds: dict[int, Kind] = {
            person.pk: Kind.MENTION for person in mentioned_people(found.body, circle_id=found.post.circle_id)
        }
        kinds[found.post.author_id] = Kind.COMMENT
        if found.parent is not None:
            kinds[found.reply_to_id or found.parent.author_id] = Kind.REPLY
        if found.quoted is not None:
            kinds[found.quoted.author_id] = Kind.REPLY
        kinds.pop(found.author_id, None)
        for recipient_id, kind in kinds.items():
            line = Line(kind, key=f"comment:{found.pk}", post=found.post, comment=found, actor_id=_actor_of(found))
            told.setdefault(recipient_id, []).append(line)
    _tell_all(told, _seen_comments)


_comments = Prepared(
    lambda any_: (
        Comment.objects.filter(pk__in=among(any_.ids))
        .select_related("post", "parent", "quoted")
        .only(
            *("body", "author", "author_mask", "reply_to", "parent__author", "quoted__author"),
            *("post__author", "post__author_mask", "post__circle"),
        )
        .order_by("pk")
    ),
    "ids",
)
_seen_comments = Prepared(
    lambda any_: (
        Comment.objects.visible_to(User.somebody(any_.viewer)).filter(is_any_of("pk", any_.ids)).values_list("pk")
    ),
    "viewer",
    "ids",
)


def _tell_all(told: _Told, seen: Prepared) -> None:
    """Deliver to each, in the order of their ids, what is about something they may see."""
    for recipient_id in sorted(told):
        lines = {(line.comment or line.post).pk: line for line in told[recipient_id]}
        visible = {pk for (pk,) in seen(viewer=recipient_id, ids=list(lines))}
        deliver_all(recipient_id, [line for pk, line in lines.items() if pk in visible])


def decision(*, post_id: int, log_entry_id: int, kind: Kind) -> None:
    """Tell the author what moderators decided about their post and why; not if they did it themselves."""
    post = Post.objects.filter(pk=post_id).first()
    entry = LogEntry.objects.filter(pk=log_entry_id).first()
    if post is None or entry is None or entry.actor_id == post.author_id:
        return
    deliver(recipient_id=post.author_id, kind=kind, key=f"log:{entry.pk}", post=post, detail=entry.reason)


_Way = FactChange.Way
IN_FRONT_OF_THEM = (_Way.DOCUMENT, _Way.PROVIDER, _Way.EMAIL, _Way.CODE, _Way.OUTSIDE)
"""Ways to prove something by which people see at once what came of it."""
GONE_WITH_OTHERS = (Fact.Source.IDENTITY, Fact.Source.OUTSIDE)
"""What goes with an identity document, or with a score that its owner took back or had fetched anew."""


def fact_granted(*, change_id: int) -> None:
    """Tell somebody that it was said of them, unless they did it themselves a moment ago or it is gone again."""
    change = _change(change_id)
    if change is None or change.fact.revoked_at is not None or change.way in IN_FRONT_OF_THEM:
        return
    _notice(change.fact, Kind.FACT_GRANTED, f"fact_change:{change.pk}")


def fact_revoked(*, change_id: int) -> None:
    """Tell somebody what was taken back and why; not what they took back themselves, nor what went with their ID."""
    change = _change(change_id)
    if change is None or change.by_id == change.fact.user_id or change.fact.source in GONE_WITH_OTHERS:
        return
    _notice(change.fact, Kind.FACT_REVOKED, f"fact_change:{change.pk}", reason=change.reason)


def fact_expiring(*, fact_id: int) -> None:
    """Tell somebody to prove it again in time, once for each end."""
    fact = Fact.objects.valid().select_related("institution").filter(pk=fact_id).first()
    if fact is not None and fact.valid_until is not None:
        _notice(fact, Kind.FACT_EXPIRING, f"fact_expiring:{fact.pk}:{fact.valid_until:%Y-%m-%d}")


def identity_changed(*, user_id: int, what: str, key: str) -> None:
    """Tell somebody what became of their verification; what to do about it, where there is something to do."""
    kind = Kind.IDENTITY_DUE if what in ("refused", "asked", "expired") else Kind.IDENTITY
    notice(recipient_id=user_id, kind=kind, key=key, data={"what": what})


def _change(change_id: int) -> FactChange | None:
    return FactChange.objects.select_related("fact__institution").filter(pk=change_id).first()


def _notice(fact: Fact, kind: Kind, key: str, reason: str = "") -> None:
    name, name_en = badges.names_of(fact)
    data: dict[str, Any] = {"kind": fact.kind, "value": fact.value, "name": name, "name_en": name_en}
    data["until"] = fact.valid_until.timestamp() if fact.valid_until else None
    notice(recipient_id=fact.user_id, kind=kind, key=key, data=data, detail=reason)


def credit_changed(*, change_id: int) -> None:
    """Tell somebody that their conduct credit moved by a lot, and why."""
    change = CreditChange.objects.select_related("entry").filter(pk=change_id).first()
    if change is None:
        return
    entry = change.entry
    data = {"before": change.before, "after": change.after, "kind": entry.kind if entry else ""}
    data["is_return"] = change.is_return
    notice(
        recipient_id=change.user_id,
        kind=Kind.CREDIT,
        key=f"credit:{change.pk}",
        data=data,
        detail=entry.note if entry and not change.is_return else "",
    )


def accepted(*, post_id: int, comment_id: int) -> None:
    """Tell somebody that their floor answered the question, if it still does."""
    post = Post.objects.filter(pk=post_id, accepted=comment_id).first()
    found = Comment.objects.filter(pk=comment_id, state=Publication.PUBLISHED).first()
    if post is None or found is None or found.author_id == post.author_id:
        return
    if _seen_comments(viewer=found.author_id, ids=[found.pk]):
        deliver(
            recipient_id=found.author_id,
            kind=Kind.ACCEPTED,
            key=f"accepted:{found.pk}",
            post=post,
            comment=found,
            actor_id=_actor_of(post),
        )


def poll_voters(poll_id: int) -> "QuerySet[Ballot]":
    """Those to be told of a poll's end: who voted, and has not muted the circle."""
    muted = Membership.objects.filter(circle__posts=poll_id, level=NoticeLevel.MUTED)
    return Ballot.objects.filter(poll=poll_id).exclude(voter__in=muted.values("user"))


def poll_closed(*, post_id: int, after: int, until: int) -> None:
    """Tell the voters of this range of people, and with the first range the author."""
    post = Post.objects.filter(pk=post_id, state=Publication.PUBLISHED).first()
    if post is None:
        return
    told = set(poll_voters(post_id).filter(voter_id__gt=after, voter_id__lte=until).values_list("voter_id", flat=True))
    if after == 0:
        told.add(post.author_id)
    _of_post(told, kind=Kind.POLL_CLOSED, key=f"poll:{post_id}", post=post)


def participants(post_id: int) -> "QuerySet[SignUp]":
    """Who signed up for an event and has not withdrawn, in line or not."""
    return SignUp.objects.filter(event=post_id).exclude(state=SignUpState.WITHDRAWN)


def event_news(*, post_id: int, what: str, key: str, after: int, until: int) -> None:
    """Tell the participants of this range of people; of the day before only those with a place."""
    post = Post.objects.filter(pk=post_id, state=Publication.PUBLISHED).first()
    if post is None:
        return
    people = participants(post_id).filter(person_id__gt=after, person_id__lte=until)
    if what == "reminder":
        people = people.filter(state=SignUpState.GOING)
    told = set(people.values_list("person_id", flat=True)) - {post.author_id if what != "reminder" else 0}
    _of_post(told, kind=Kind.EVENT, key=key, post=post, data={"what": what})


def place_freed(*, post_id: int, user_id: int, key: str) -> None:
    """Tell somebody who was in line that they have a place, if they still do."""
    post = Post.objects.filter(pk=post_id, state=Publication.PUBLISHED).first()
    if post is not None and SignUp.objects.filter(event=post_id, person=user_id, state=SignUpState.GOING).exists():
        deliver(recipient_id=user_id, kind=Kind.EVENT, key=key, post=post, data={"what": "place"})


def draft_not_published(*, draft_id: str, user_id: int, key: str) -> None:
    """Tell somebody that a post they scheduled was refused, and why."""
    problem = Draft.objects.filter(pk=draft_id, author=user_id).values_list("problem", flat=True).first()
    if problem:
        notice(recipient_id=user_id, kind=Kind.DRAFT, key=key, data={}, detail=problem)


def _of_post(people: set[int], *, kind: Kind, key: str, post: Post, data: dict[str, Any] | None = None) -> None:
    deliver_to_many(
        recipient_ids=sorted(people), level=NoticeLevel.ALL, kind=kind, key=key, post=post, actor_id=None, data=data
    )


def pseudonym_opened(*, opening_id: int) -> None:
    """Tell somebody that their pseudonym was opened, and for what reason."""
    opening = PseudonymOpening.objects.select_related("pseudonym__post__circle").filter(pk=opening_id).first()
    if opening is None or opening.state != OpeningState.OPENED:
        return
    pseudonym = opening.pseudonym
    notice(
        recipient_id=pseudonym.user_id,
        kind=Kind.PSEUDONYM_OPENED,
        key=f"opening:{opening.pk}",
        data={"name": pseudonym.name, "circle": pseudonym.post.circle.name},
        detail=opening.decision,
    )


def _actor_of(row: Post | Comment) -> int | None:
    """Whose deed it is; nobody's where it stands under a pseudonym, so that no block and no mute tells whose it is."""
    return None if row.is_masked else row.author_id
