"""What a person may do in circles. Pure decisions on rows already loaded; no writes.

Reading is free but where a view gate asks for something (`visible_to`). A `membership` is the person's row in that
circle, or None where there never was one. Gates are asked here and nowhere else; their refusals have the code
`gate_closed` and say in their details what is missing.
Taking back what is one's own (leaving, deleting, unliking) asks no more than being logged in.
"""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from accounts.rules import can_write
from circles.gates.decide import may_come_in, may_pass
from circles.models import Circle, CircleState, Comment, GateAction, Membership, MembershipState, Post, PostKind, Role
from core.errors import ALLOWED, Decision, refuse

if TYPE_CHECKING:
    from accounts.models import User

    Person = User | Any

PINNED_MAX = 5
"""Pinned posts per circle; more would push everything new out of sight."""


def can_found(user: "Person", *, owned: int = 0) -> Decision:
    """May this person found a circle, having `owned` already? Codes of can_write, and `too_many_circles`."""
    decision = can_write(user)
    if decision and owned >= settings.CIRCLES_OWNED_MAX:
        return refuse(
            "too_many_circles",
            _("You own %(owned)s circles; %(most)s is the most one person can look after.")
            % {"owned": owned, "most": settings.CIRCLES_OWNED_MAX},
        )
    return decision


def can_manage(user: "Person", membership: Membership | None) -> Decision:
    """May this person change the circle itself? Its owner may. Codes of can_write, and `not_owner`."""
    decision = can_write(user)
    if decision and (membership is None or membership.role != Role.OWNER or membership.user_id != user.pk):
        return refuse("not_owner", _("Only the owner of this circle may do that."))
    return decision


def can_join(user: "Person", circle: Circle, membership: Membership | None) -> Decision:
    """Codes of can_write, `circle_closed`, `circle_banned`, `gate_closed`. Who is a member already may, and nothing
    happens."""
    decision = can_write(user) and _is_open(circle) and _is_welcome(membership)
    return decision and may_come_in(user, circle, membership)


def can_leave(user: "Person", membership: Membership | None) -> Decision:
    """Codes `not_authenticated`, `owner_cannot_leave`. Who is no member may, and nothing happens."""
    decision = _is_known(user)
    if decision and membership is not None and membership.role == Role.OWNER:
        return refuse("owner_cannot_leave", _("The owner cannot leave the circle."))
    return decision


def can_post(user: "Person", circle: Circle, membership: Membership | None) -> Decision:
    """Codes of can_write, `circle_closed`, `circle_banned`, `gate_closed`, `not_member`, `silenced`."""
    decision = can_write(user) and _is_open(circle) and _is_welcome(membership)
    decision = decision and _meets(user, circle, membership, GateAction.POST)
    if not decision:
        return decision
    if membership is None or membership.state != MembershipState.ACTIVE:
        return refuse("not_member", _("Please join the circle first, then post."))
    return _is_heard(membership)


def can_comment(user: "Person", post: Post, membership: Membership | None) -> Decision:
    """Members and guests alike. Codes of can_write, `circle_banned`, `silenced`, `post_gone`, `gate_closed`."""
    decision = can_write(user) and _is_there(post) and _is_welcome(membership) and _is_heard(membership)
    return decision and _meets(user, post.circle, membership, GateAction.COMMENT)


def can_like(user: "Person", post: Post, membership: Membership | None) -> Decision:
    """Codes of can_write, `circle_banned`, `post_gone`, `gate_closed`."""
    decision = can_write(user) and _is_there(post) and _is_welcome(membership)
    return decision and _meets(user, post.circle, membership, GateAction.LIKE)


def can_tip(user: "Person", post: Post, membership: Membership | None) -> Decision:
    """What circles ask of a tip. Codes as can_like."""
    decision = can_write(user) and _is_there(post) and _is_welcome(membership)
    return decision and _meets(user, post.circle, membership, GateAction.TIP)


def can_edit(
    user: "Person", post: Post, membership: Membership | None = None, circle: Circle | None = None
) -> Decision:
    """The author, unless banned or silenced in the circle. Codes of can_write, `not_author`, `post_gone`,
    `circle_banned`, `silenced`; with the `circle` also `gate_closed`, for new words need what a new post needs."""
    decision = can_write(user)
    if decision and post.author_id != user.pk:
        return refuse("not_author", _("Only the author may change this."))
    decision = decision and _is_there(post) and _is_welcome(membership) and _is_heard(membership)
    if decision and circle is not None:
        return _meets(user, circle, membership, GateAction.POST)
    return decision


def can_delete(user: "Person", what: Post | Comment, membership: Membership | None) -> Decision:
    """The author, and the owner and moderators of the circle. Codes `not_authenticated`, `not_author`; for staff
    also those of can_write."""
    decision = _is_known(user)
    if not decision or what.author_id == user.pk:
        return decision
    if membership is None or not membership.is_staff:
        return refuse("not_author", _("Only the author may delete this."))
    return can_write(user)


def can_moderate(user: "Person", membership: Membership | None) -> Decision:
    """Owner and moderators of the circle. Codes of can_write, and `not_circle_staff`."""
    decision = can_write(user)
    if decision and (membership is None or not membership.is_staff):
        return refuse("not_circle_staff", _("Only the owner and the moderators of this circle may do that."))
    return decision


def can_feature(user: "Person", membership: Membership | None) -> Decision:
    """Feature or pin a post; see can_moderate."""
    return can_moderate(user, membership)


def can_announce(user: "Person", circle: Circle) -> Decision:
    """What circles ask of an announcement; whether `user` speaks for the merchant is asked by merchants."""
    return can_write(user) and _is_open(circle)


def can_publish(user: "Person", circle: Circle, membership: Membership | None, *, kind: str) -> Decision:
    """can_announce or can_post, by the kind of the post."""
    if kind == PostKind.ANNOUNCEMENT:
        return can_announce(user, circle)
    return can_post(user, circle, membership)


def _is_known(user: "Person") -> Decision:
    if user.is_authenticated and user.is_active:
        return ALLOWED
    return refuse("not_authenticated", _("Please log in first."))


def _is_open(circle: Circle) -> Decision:
    if circle.state == CircleState.OPEN:
        return ALLOWED
    return refuse("circle_closed", _("This circle is closed."))


def _meets(user: "Person", circle: Circle, membership: Membership | None, action: str) -> Decision:
    """Who may not see a circle may do nothing in it."""
    if not circle.gates:
        return ALLOWED
    return may_pass(user, circle, membership, GateAction.VIEW) and may_pass(user, circle, membership, action)


def _is_there(post: Post) -> Decision:
    if post.is_published:
        return ALLOWED
    return refuse("post_gone", _("This post is no longer here."))


def _is_welcome(membership: Membership | None) -> Decision:
    if membership is not None and membership.is_banned:
        return refuse("circle_banned", _("You were banned from this circle."))
    return ALLOWED


def _is_heard(membership: Membership | None) -> Decision:
    if membership is not None and membership.is_silenced:
        until = formats.date_format(timezone.localtime(membership.silenced_until), "SHORT_DATETIME_FORMAT")
        return refuse("silenced", _("You may not write in this circle until %(until)s.") % {"until": until})
    return ALLOWED
