"""Medals for what happens in circles, given soon after; what is missed here the nightly round gives."""

from django.db import transaction
from django.utils import timezone

from circles.models import Comment, Post
from daily.actions import goals, medals
from daily.models import Medal, MedalRule

GIVEN_AT_ONCE = 200


@transaction.atomic
def of_featured(*, post_id: int) -> None:
    post = Post.objects.filter(pk=post_id, is_featured=True, author_mask="").first()
    if post is not None:
        medals.look(user_id=post.author_id, circle_id=post.circle_id, rule=MedalRule.FEATURED)


@transaction.atomic
def of_accepted(*, comment_id: int) -> None:
    comment = Comment.objects.select_related("post").filter(pk=comment_id, author_mask="").first()
    if comment is not None:
        medals.look(user_id=comment.author_id, circle_id=comment.post.circle_id, rule=MedalRule.ACCEPTED)


@transaction.atomic
def of_newcomer(*, circle_id: int, user_id: int) -> None:
    medals.look(user_id=user_id, circle_id=circle_id, rule=MedalRule.PIONEER)


def give_next(*, after: int) -> int | None:
    """One step of the nightly round: the next medal with a rule, or more of the same where many have earned it.
    Returns where to go on; None when all are done."""
    medal = Medal.objects.exclude(rule=MedalRule.HAND).filter(pk__gt=after, is_active=True).order_by("pk").first()
    if medal is None:
        return None
    with transaction.atomic():
        given = medals.give_due(medal=medal, most=GIVEN_AT_ONCE)
    return after if given == GIVEN_AT_ONCE else medal.pk


def end_goals() -> None:
    goals.end_due(today=timezone.localdate())
