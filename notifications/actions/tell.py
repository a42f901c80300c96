"""Who hears of what: from a deed in a circle to the people it reaches."""

from typing import Any

from accounts import badges
from accounts.models import Fact, FactChange, NoticeLevel, User
from accounts.queries import mentioned_people
from circles.models import Comment, Like, Post, PostKind, Publication
from moderation.models import LogEntry
from notifications.actions.deliver import collapse_like, deliver, notice
from notifications.actions.deliver_to_many import deliver_to_many
from notifications.models import Kind
from notifications.queries import hearing_all


def mentions_in_post(*, post_id: int) -> None:
    """Tell those whom a post mentions, if they may see it."""
    post = Post.objects.filter(pk=post_id).first()
    if post is None:
        return
    for person in sorted(mentioned_people(post.body), key=_by_id):
        if Post.objects.visible_to(person).filter(pk=post.pk).exists():
            deliver(
                recipient_id=person.pk, kind=Kind.MENTION, key=f"post:{post.pk}", post=post, actor_id=post.author_id
            )


def new_post(*, post_id: int, after: int, until: int) -> None:
    """Tell those who asked for everything in the circle, of this range of people.

    Whom the post mentions hears of that instead. An announcement reaches fans as a broadcast.
    """
    post = Post.objects.filter(pk=post_id, state=Publication.PUBLISHED).exclude(kind=PostKind.ANNOUNCEMENT).first()
    if post is None:
        return
    mentioned = [person.pk for person in mentioned_people(post.body)]
    chosen = hearing_all(post.circle_id).filter(user_id__gt=after, user_id__lte=until).exclude(user_id__in=mentioned)
    deliver_to_many(
        recipient_ids=list(chosen.values_list("user_id", flat=True)),
        level=NoticeLevel.ALL,
        kind=Kind.POST,
        key=f"post:{post.pk}",
        post=post,
        actor_id=post.author_id,
    )


def like(*, post_id: int, user_id: int) -> None:
    """Tell the author that somebody likes their post, if they still do and it is still there."""
    post = Post.objects.filter(pk=post_id, state=Publication.PUBLISHED).first()
    if post is not None and Like.objects.filter(post=post, user=user_id).exists():
        collapse_like(post=post, actor_id=user_id)


def comment(*, comment_id: int) -> None:
    """Tell whom a comment answers, the post's author and those it mentions; each gets one notification, the closest.

    An answer counts more than a comment on one's post, and that more than a mention.
    """
    found = Comment.objects.select_related("post", "parent").filter(pk=comment_id).first()
    if found is None:
        return
    kinds: dict[int, Kind] = {person.pk: Kind.MENTION for person in mentioned_people(found.body)}
    kinds[found.post.author_id] = Kind.COMMENT
    if found.parent is not None:
        kinds[found.reply_to_id or found.parent.author_id] = Kind.REPLY
    people = User.objects.in_bulk(kinds)
    for recipient_id in sorted(people):
        if Comment.objects.visible_to(people[recipient_id]).filter(pk=found.pk).exists():
            deliver(
                recipient_id=recipient_id,
                kind=kinds[recipient_id],
                key=f"comment:{found.pk}",
                post=found.post,
                comment=found,
                actor_id=found.author_id,
            )


def decision(*, post_id: int, log_entry_id: int, kind: Kind) -> None:
    """Tell the author what moderators decided about their post and why; not if they did it themselves."""
    post = Post.objects.filter(pk=post_id).first()
    entry = LogEntry.objects.filter(pk=log_entry_id).first()
    if post is None or entry is None or entry.actor_id == post.author_id:
        return
    deliver(recipient_id=post.author_id, kind=kind, key=f"log:{entry.pk}", post=post, detail=entry.reason)


IN_FRONT_OF_THEM = (FactChange.Way.DOCUMENT, FactChange.Way.PROVIDER, FactChange.Way.EMAIL, FactChange.Way.CODE)
"""Ways to prove something by which people see at once what came of it."""


def fact_granted(*, change_id: int) -> None:
    """Tell somebody that it was said of them, unless they did it themselves a moment ago or it is gone again."""
    change = _change(change_id)
    if change is None or change.fact.revoked_at is not None or change.way in IN_FRONT_OF_THEM:
        return
    _notice(change.fact, Kind.FACT_GRANTED, f"fact_change:{change.pk}")


def fact_revoked(*, change_id: int) -> None:
    """Tell somebody what was taken back and why; not what they took back themselves, nor what went with their ID."""
    change = _change(change_id)
    if change is None or change.by_id == change.fact.user_id or change.fact.source == Fact.Source.IDENTITY:
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


def _by_id(person: User) -> int:
    return person.pk
