"""Which topics a post has: what its words say between number signs."""

from django.db import transaction
from django.urls import reverse

from circles.models import Circle, Post, PostTopic, Topic
from core.counters import move
from core.text.render import topics_in
from core.text.topics import key_of


def links(text: str, *, circle: Circle) -> dict[str, str]:
    """For `core.text.render.render`: key of each topic of `text` → its page in this circle. No query."""
    return {key_of(name): reverse("circles:topic", args=[circle.slug, name]) for name in topics_in(text)}


def file(*, post: Post) -> None:
    """Put the post under the topics its words name now, and under no others; makes those that are new.

    Call it inside the transaction of the action, the post locked or new. Moves the topics' counters.
    """
    names = {key_of(name): name for name in topics_in(post.body)}
    before = dict(PostTopic.objects.filter(post=post).values_list("topic__key", "topic_id"))
    if before.keys() == names.keys():
        return
    fresh = [Topic(circle_id=post.circle_id, name=name, key=key) for key, name in names.items() if key not in before]
    # In the order of their keys, so that two posts that make the same topics do not wait for each other in a ring.
    Topic.objects.bulk_create(sorted(fresh, key=lambda topic: topic.key), ignore_conflicts=True)
    wanted = Topic.objects.filter(circle_id=post.circle_id, key__in=[topic.key for topic in fresh])
    added = list(wanted.values_list("pk", flat=True))
    dropped = [pk for key, pk in before.items() if key not in names]
    PostTopic.objects.filter(post=post, topic_id__in=dropped).delete()
    PostTopic.objects.bulk_create([PostTopic(post=post, topic_id=pk) for pk in added])
    if post.is_published:
        _move({**dict.fromkeys(dropped, -1), **dict.fromkeys(added, +1)})


def count(*, post: Post, change: int) -> None:
    """The post came into sight (+1) or went out of it (-1). Call it inside the transaction of the action."""
    _move(dict.fromkeys(PostTopic.objects.filter(post=post).values_list("topic_id", flat=True), change))


def _move(changes: dict[int, int]) -> None:
    with transaction.atomic():
        for pk in sorted(changes):
            move(Topic.objects.filter(pk=pk), post_count=changes[pk])
