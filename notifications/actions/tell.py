"""Who hears of what: from a deed in a circle to the people it reaches."""

from accounts.models import User
from accounts.queries import mentioned_people
from circles.models import Comment, Like, Post, PostKind, Publication
from moderation.models import LogEntry
from notifications.actions.deliver import collapse_like, deliver
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
    """Tell those who asked for everything in the circle, of this range of people, in the order of their ids.

    Whom the post mentions hears of that instead. An announcement reaches fans as a broadcast.
    """
    post = Post.objects.filter(pk=post_id, state=Publication.PUBLISHED).exclude(kind=PostKind.ANNOUNCEMENT).first()
    if post is None:
        return
    mentioned = [person.pk for person in mentioned_people(post.body)]
    chosen = hearing_all(post.circle_id).filter(user_id__gt=after, user_id__lte=until).exclude(user_id__in=mentioned)
    for recipient_id in chosen.order_by("user_id").values_list("user_id", flat=True):
        deliver(recipient_id=recipient_id, kind=Kind.POST, key=f"post:{post.pk}", post=post, actor_id=post.author_id)


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


def _by_id(person: User) -> int:
    return person.pk
