"""Who hears of what makes the days of a circle: medals, goals, a welcome, and what all members shall read."""

from typing import Any

from django.db.models import Q
from django.urls import reverse

from accounts.models import NoticeLevel
from circles.models import Circle, CircleState, Held, HeldState, MemberNotice, Membership, Publication, Welcome
from circles.models.membership import keeping_order
from daily.models import Award, Goal, GoalShare, GoalState
from notifications.actions.deliver import circle_notice, notice
from notifications.actions.deliver_to_many import deliver_to_many
from notifications.models import Kind

NEWS_LEVELS = (NoticeLevel.ALL, NoticeLevel.HIGHLIGHTS, NoticeLevel.DIGEST)


def medal_given(*, award_id: int, at: str) -> None:
    """Tell the holder, unless it was taken back meanwhile."""
    row = Award.objects.select_related("medal__circle").filter(pk=award_id, revoked_at=None).first()
    if row is None:
        return
    data = _of_medal(row, "given", reverse("daily:certificate", args=[row.pk]))
    notice(recipient_id=row.user_id, kind=Kind.MEDAL, key=f"medal:{row.pk}:{at}", data=data, detail=row.reason)


def medal_taken(*, award_id: int, at: str, reason: str) -> None:
    """Tell who held it, and why; not who did it."""
    row = Award.objects.select_related("medal__circle").filter(pk=award_id).first()
    if row is not None:
        data = _of_medal(row, "taken", reverse("daily:my_medals"))
        notice(recipient_id=row.user_id, kind=Kind.MEDAL, key=f"medal:{row.pk}:{at}", data=data, detail=reason)


def goal_reached(*, goal_id: int, after: int, until: int) -> None:
    """Tell this range of those who gave something and are members still."""
    goal = Goal.objects.select_related("circle", "cause").filter(pk=goal_id, state=GoalState.REACHED).first()
    if goal is None or goal.circle.state != CircleState.OPEN:
        return
    cause = goal.cause
    data = {
        "circle": goal.circle.name,
        "goal": goal.title or (cause.name if cause else ""),
        "goal_en": goal.title or (cause.name_en if cause else ""),
        "url": goal.get_absolute_url(),
    }
    for user_id in (
        givers(goal_id)
        .filter(user_id__gt=after, user_id__lte=until)
        .order_by("user_id")
        .values_list("user_id", flat=True)
    ):
        circle_notice(recipient_id=user_id, circle_id=goal.circle_id, kind=Kind.GOAL, key=f"goal:{goal.pk}", data=data)


def goal_stopped(*, goal_id: int, reason: str, by_team: bool, at: str) -> None:
    """Tell whoever began it that the team of this site called it off, or those who look after the circle, and why;
    unless that was taken back meanwhile."""
    goal = Goal.objects.select_related("circle", "cause").filter(pk=goal_id).first()
    if goal is None or goal.started_by_id is None or goal.is_running:
        return
    what = "goal_stopped" if by_team else "goal_called_off"
    data = {"what": what, "circle": goal.circle.name, "url": goal.get_absolute_url()}
    key = f"goal:{goal.pk}:stopped:{at}"
    notice(recipient_id=goal.started_by_id, kind=Kind.CIRCLE, key=key, data=data, detail=reason)


def givers(goal_id: int) -> Any:
    """The shares of those a goal that was reached is told to."""
    return GoalShare.objects.filter(goal=goal_id, energy__gt=0)


def welcome(*, circle_id: int, user_id: int) -> None:
    """Give somebody who has joined, and is there still, what the circle says to newcomers: once, however often they
    join."""
    row = Welcome.objects.select_related("circle").filter(pk=circle_id, is_on=True).first()
    if row is None or row.circle.state != CircleState.OPEN or user_id == row.circle.owner_id:
        return
    if Membership.objects.active().filter(circle=circle_id, user=user_id).exists():
        data = {"circle": row.circle.name, "url": row.circle.get_absolute_url()}
        circle_notice(
            recipient_id=user_id,
            circle_id=circle_id,
            kind=Kind.WELCOME,
            key=f"welcome:{circle_id}",
            data=data,
            detail=row.text,
        )


def members_told(*, notice_id: int, after: int, until: int) -> None:
    """Tell this range of members of the post, each at their level. Who was told of it as a new post is not told again:
    both have the same key."""
    row = MemberNotice.objects.select_related("post").filter(pk=notice_id).first()
    if row is None or row.post.state != Publication.PUBLISHED:
        return
    members = Membership.objects.active().filter(circle=row.circle_id, user_id__gt=after, user_id__lte=until)
    members = members.exclude(user_id__in=[row.by_id or 0, row.post.author_id])
    for level in NEWS_LEVELS:
        chosen = members.filter(Q(level=level) | Q(level="", user__notice_level=level))
        deliver_to_many(
            recipient_ids=list(chosen.values_list("user_id", flat=True)),
            level=level,
            kind=Kind.NEWS,
            key=f"post:{row.post_id}",
            post=row.post,
            actor_id=None,
        )


def thing_held(*, held_id: int) -> None:
    """Tell those who may decide that something waits: once a day, however much does."""
    row = Held.objects.select_related("circle").filter(pk=held_id, state=HeldState.WAITING).first()
    if row is None:
        return
    url = reverse("desk:held", args=[row.circle.slug])
    for user_id in keeping_order().filter(circle=row.circle).order_by("user_id").values_list("user_id", flat=True):
        data = {"what": "held", "circle": row.circle.name, "url": url}
        notice(recipient_id=user_id, kind=Kind.CIRCLE, key=f"held:{row.circle_id}:{row.created_at:%Y%m%d}", data=data)


def held_decided(*, held_id: int) -> None:
    """Tell the author, and why; not who."""
    row = Held.objects.select_related("circle", "post", "comment").filter(pk=held_id).first()
    if row is None or row.is_waiting or row.decided_by_id is None:
        return
    released = row.state == HeldState.RELEASED
    url = row.content.get_absolute_url() if released else reverse("circles:my_held_one", args=[row.pk])
    data = {"what": "released" if released else "held_back", "circle": row.circle.name, "url": url}
    notice(recipient_id=row.content.author_id, kind=Kind.CIRCLE, key=f"held:{row.pk}", data=data, detail=row.reason)


def _of_medal(row: Award, what: str, url: str) -> dict[str, Any]:
    circle: Circle | None = row.medal.circle
    return {
        "what": what,
        "medal": row.medal.name,
        "medal_en": row.medal.name_en or row.medal.name,
        "circle": circle.name if circle else "",
        "url": url,
    }
