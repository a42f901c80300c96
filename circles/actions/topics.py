"""Which topics a post has: what its words say between number signs."""

from django.urls import reverse

from circles.models import Circle, Post, PostTopic, Topic
from core.counters import move
from core.prepared import Prepared, among
from core.statements import Insert
from core.text.render import topics_in
from core.text.topics import key_of


def links(text: str, *, circle: Circle) -> dict[str, str]:
    """For `core.text.render.render`: key of each topic of `text` → its page in this circle. No query."""
    return {key_of(name): reverse("circles:topic", args=[circle.slug, name]) for name in topics_in(text)}


def file(*, post: Post, is_new: bool = False) -> None:
    """Put the post under the topics its words name now, and under no others; makes those that are new. A post
    that `is_new` is under none yet.

    Call it inside the transaction of the action, the post locked or new. Moves the topics' counters.
    """
    names = {key_of(name): name for name in topics_in(post.body)}
    before = {} if is_new else dict(_filed(post=post.pk))
    if before.keys() == names.keys():
        return
    fresh = sorted(names.keys() - before.keys())
    known = dict(_known(circle=post.circle_id, keys=fresh)) if fresh else {}
    if missing := [Topic(circle_id=post.circle_id, name=names[key], key=key) for key in fresh if key not in known]:
        # In the order of their keys, so that two posts that make the same topics do not wait for each other in a ring.
        Topic.objects.bulk_create(missing, ignore_conflicts=True)
        known = dict(_known(circle=post.circle_id, keys=fresh))
    added = list(known.values())
    dropped = [pk for key, pk in before.items() if key not in names]
    if dropped:
        PostTopic.objects.filter(post=post, topic_id__in=dropped).delete()
    if added:
        _insert([PostTopic(post=post, topic_id=pk) for pk in added])
    if post.is_published:
        _move({**dict.fromkeys(dropped, -1), **dict.fromkeys(added, +1)})


def count(*, post: Post, change: int) -> None:
    """The post came into sight (+1) or went out of it (-1). Call it inside the transaction of the action."""
    _move(dict.fromkeys(dict(_filed(post=post.pk)).values(), change))


_filed = Prepared(
    lambda any_: PostTopic.objects.filter(post_id=any_.post).values_list("topic__key", "topic_id"), "post"
)
_known = Prepared(
    lambda any_: Topic.objects.filter(circle_id=any_.circle, key__in=among(any_.keys, "text")).values_list("key", "pk"),
    "circle",
    "keys",
)
_insert = Insert("circles.PostTopic")


def _move(changes: dict[int, int]) -> None:
    for pk in sorted(changes):
        move(Topic, pk, post_count=changes[pk])
