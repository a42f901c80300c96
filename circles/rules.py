"""What a person may do in circles. Pure decisions on rows already loaded; no writes.

Reading is free but where a view gate asks for something (`visible_to`). A `membership` is the person's row in that
circle, or None where there never was one. Gates are asked here and nowhere else; their refusals have the code
`gate_closed` and say in their details what is missing.
Taking back what is one's own (leaving, deleting, unliking) asks no more than being logged in.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from accounts.rules import can_write
from circles.gates.decide import may_come_in, may_pass
from circles.models import (
    Circle,
    CircleState,
    Comment,
    Entry,
    GateAction,
    Held,
    Membership,
    MembershipState,
    Post,
    PostKind,
    Power,
    Role,
)
from circles.models.membership import RANK
from core.errors import ALLOWED, Decision, refuse

if TYPE_CHECKING:
    from accounts.models import User

    Person = User | Any

PINNED_MAX = 5
"""Pinned posts per circle; more would push everything new out of sight."""
SILENCE_OF_MODERATORS = timedelta(days=1)
"""The longest that somebody may silence who may not ban."""
SILENCE_MAX = timedelta(days=30)


def can_found(user: "Person", *, owned: int = 0) -> Decision:
    """May this person found a circle, having `owned` that run or wait? Codes of can_write, and `too_many_circles`."""
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


def can_edit_circle(user: "Person", membership: Membership | None) -> Decision:
    """May this person change what the circle says about itself? Codes as can_moderate."""
    return _carries(user, membership, Power.EDIT)


def can_tell_members(user: "Person", membership: Membership | None) -> Decision:
    """Tell all members of a post: whoever decides who may join. Codes as can_moderate."""
    return _carries(user, membership, Power.ADMIT)


def can_join(user: "Person", circle: Circle, membership: Membership | None, *, is_invited: bool = False) -> Decision:
    """Codes of can_write, `circle_closed`, `circle_banned`, `gate_closed`, `circle_full`, and without an invitation
    `needs_application` and `needs_invitation`. Who is a member already may, and nothing happens."""
    decision = may_knock(user, circle, membership)
    if not decision or is_invited or (membership is not None and membership.is_active):
        return decision
    if circle.entry == Entry.APPLY:
        return refuse("needs_application", _("Whoever wants to join this circle asks first."))
    if circle.entry == Entry.INVITE:
        return refuse("needs_invitation", _("People join this circle by invitation."))
    return decision


def may_knock(user: "Person", circle: Circle, membership: Membership | None) -> Decision:
    """What is asked at every way in. Codes as can_join, but for those of the way itself."""
    decision = can_write(user) and _is_open(circle) and _is_welcome(membership)
    decision = decision and may_come_in(user, circle, membership)
    if decision and (membership is None or not membership.is_active) and is_full(circle):
        return circle_full(circle)
    return decision


def is_full(circle: Circle) -> bool:
    return circle.member_cap is not None and circle.member_count >= circle.member_cap


def circle_full(circle: Circle) -> Decision:
    return refuse("circle_full", _("This circle is full: it takes %(most)s members.") % {"most": circle.member_cap})


def can_apply(user: "Person", circle: Circle, membership: Membership | None) -> Decision:
    """May this person ask to join? Codes as can_join, `takes_no_applications`, and `member_already`."""
    decision = may_knock(user, circle, membership)
    if decision and membership is not None and membership.is_active:
        return refuse("member_already", _("You are a member already."))
    if decision and circle.entry == Entry.INVITE:
        return refuse("needs_invitation", _("People join this circle by invitation."))
    if decision and circle.entry != Entry.APPLY:
        return refuse("takes_no_applications", _("Nobody needs to ask here: you can simply join."))
    return decision


def can_admit(user: "Person", membership: Membership | None) -> Decision:
    """Decide applications to join, and see them. Codes as can_moderate."""
    return _carries(user, membership, Power.ADMIT)


def can_invite(user: "Person", membership: Membership | None) -> Decision:
    """Make, see and revoke invitations. Codes as can_moderate."""
    return _carries(user, membership, Power.INVITE)


def can_read_log(user: "Person", membership: Membership | None) -> Decision:
    """The log of a circle is its members'. Codes `not_authenticated`, `not_member`."""
    decision = _is_known(user)
    if decision and (membership is None or not membership.is_active):
        return refuse("not_member", _("Members of this circle read its log."))
    return decision


def can_give_titles(user: "Person", membership: Membership | None, of: Membership | None) -> Decision:
    """Codes as can_moderate, and `not_member`; `outranked` for somebody higher."""
    decision = _carries(user, membership, Power.TITLES)
    if decision and (of is None or not of.is_active):
        return refuse("not_member", _("This person is no member of the circle."))
    if decision and membership is not None and of is not None and of.rank > membership.rank:
        return _outranked()
    return decision


def can_appoint(user: "Person", membership: Membership | None, of: Membership | None, role: str) -> Decision:
    """Give this role to that member, or take theirs by making them a plain member. Nobody makes or unmakes their
    equal: so owners alone appoint admins, and nobody appoints owners (see circles.actions.handing_over).

    Codes as can_moderate, `not_member`, `oneself`, `outranked`, `silenced_member`."""
    decision = _carries(user, membership, Power.APPOINT)
    if not decision or membership is None:
        return decision
    if of is None or not of.is_active:
        return refuse("not_member", _("This person is no member of the circle."))
    if of.user_id == user.pk:
        return refuse("oneself", _("You cannot do this to yourself."))
    if of.rank >= membership.rank or RANK[role] >= membership.rank:
        return _outranked()
    if role != Role.MEMBER and of.is_silenced:
        return refuse("silenced_member", _("Who may not write here at present cannot look after the circle."))
    return decision


def can_silence(
    user: "Person", membership: Membership | None, of: Membership | None, *, until: datetime | None = None
) -> Decision:
    """Keep somebody from writing until then (None: lift it); who may not ban, for a day at most.

    Codes as can_moderate, `oneself`, `outranked`, `too_long`."""
    decision = _carries(user, membership, Power.SILENCE) and _is_below(user, membership, of)
    if not decision or until is None:
        return decision
    most = SILENCE_MAX if membership is not None and membership.may(Power.BAN) else SILENCE_OF_MODERATORS
    if until > timezone.now() + most + timedelta(minutes=5):
        text = _("In your role you can silence somebody for %(days)s days at most.") % {"days": most.days}
        return refuse("too_long", text)
    return decision


def can_ban(user: "Person", membership: Membership | None, of: Membership | None) -> Decision:
    """Remove somebody, ban them, or lift a ban. Codes as can_moderate, `oneself`, `outranked`."""
    return _carries(user, membership, Power.BAN) and _is_below(user, membership, of)


def can_see_banned(user: "Person", membership: Membership | None) -> Decision:
    """The list of the banned. Codes as can_moderate."""
    return _carries(user, membership, Power.BAN)


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


def can_vote(user: "Person", post: Post, membership: Membership | None) -> Decision:
    """Whoever may answer under a post may vote in its poll, silenced or not. Codes of can_write, `circle_banned`,
    `post_gone`, `gate_closed`."""
    decision = can_write(user) and _is_there(post) and _is_welcome(membership)
    return decision and _meets(user, post.circle, membership, GateAction.COMMENT)


def can_sign_up(user: "Person", post: Post, membership: Membership | None) -> Decision:
    """For an event: see can_vote."""
    return can_vote(user, post, membership)


def can_run(user: "Person", post: Post) -> Decision:
    """Close a poll, call off an event, see who comes: whoever began it. Codes of can_write, `not_author`,
    `post_gone`."""
    decision = can_write(user)
    if decision and post.author_id != user.pk:
        return refuse("not_author", _("Only who began this may do that."))
    return decision and _is_there(post)


def can_accept(user: "Person", post: Post) -> Decision:
    """Say which floor answers a question: whoever asked. Codes of can_run."""
    return can_run(user, post)


def can_tip(user: "Person", post: Post, membership: Membership | None) -> Decision:
    """What circles ask of a tip. Codes as can_like."""
    decision = can_write(user) and _is_there(post) and _is_welcome(membership)
    return decision and _meets(user, post.circle, membership, GateAction.TIP)


def can_edit(
    user: "Person", post: Post, membership: Membership | None = None, circle: Circle | None = None
) -> Decision:
    """The author, unless banned or silenced in the circle; also what a word of the circle holds back. Codes of
    can_write, `not_author`, `post_gone`, `circle_banned`, `silenced`; with the `circle` also `gate_closed`, for new
    words need what a new post needs."""
    decision = can_write(user)
    if decision and post.author_id != user.pk:
        return refuse("not_author", _("Only the author may change this."))
    decision = decision and (ALLOWED if post.is_held else _is_there(post))
    decision = decision and _is_welcome(membership) and _is_heard(membership)
    if decision and circle is not None:
        return _meets(user, circle, membership, GateAction.POST)
    return decision


def can_change_poll(held: Held | None) -> Decision:
    """Other options of a poll, or another end; `held`: what was last asked about it while it is held. As long as nobody
    but its author and those who look after the circle has seen it. Code `poll_stands`."""
    if held is None or held.was_published:
        return refuse("poll_stands", _("People have seen this poll: its options stay as they are."))
    return ALLOWED


def can_reword(user: "Person", comment: Comment, post: Post, membership: Membership | None) -> Decision:
    """Change the words of a comment: its author, while it is held back. What people have answered stays as it was.

    Codes of can_comment, `not_author`, and `not_held`."""
    if comment.author_id != user.pk:
        return can_write(user) and refuse("not_author", _("Only the author may change this."))
    if not comment.is_held:
        return refuse("not_held", _("It stands there now: what others have read is not changed any more."))
    return can_comment(user, post, membership)


def can_delete(user: "Person", what: Post | Comment, membership: Membership | None) -> Decision:
    """The author, and the owner and moderators of the circle. Codes `not_authenticated`, `not_author`; for staff
    also those of can_write."""
    decision = _is_known(user)
    if not decision or what.author_id == user.pk:
        return decision
    if membership is None or not membership.may(Power.DELETE):
        return refuse("not_author", _("Only the author may delete this."))
    return can_write(user)


def can_moderate(user: "Person", membership: Membership | None) -> Decision:
    """Delete what others wrote. Codes of can_write, and `not_circle_staff`."""
    return _carries(user, membership, Power.DELETE)


def can_feature(user: "Person", membership: Membership | None) -> Decision:
    """Count a post among the best. Codes as can_moderate."""
    return _carries(user, membership, Power.FEATURE)


def can_pin(user: "Person", membership: Membership | None) -> Decision:
    """Keep a post on top of the circle. Codes as can_moderate."""
    return _carries(user, membership, Power.PIN)


def can_curate(user: "Person", membership: Membership | None) -> Decision:
    """Make and order collections: whoever may feature."""
    return can_feature(user, membership)


def can_announce(user: "Person", circle: Circle) -> Decision:
    """What circles ask of an announcement; whether `user` speaks for the merchant is asked by merchants."""
    return can_write(user) and _is_open(circle)


def can_publish(user: "Person", circle: Circle, membership: Membership | None, *, kind: str) -> Decision:
    """can_announce or can_post, by the kind of the post; `no_events_here` where nobody shows who they are: people
    who meet do."""
    if kind == PostKind.ANNOUNCEMENT:
        return can_announce(user, circle)
    if kind == PostKind.EVENT and circle.masks_authors:
        return refuse(
            "no_events_here", _("There are no events in a circle of pseudonyms: who meets shows who they are.")
        )
    return can_post(user, circle, membership)


def _carries(user: "Person", membership: Membership | None, power: Power) -> Decision:
    """Does their role in the circle carry this? The one place where powers are asked."""
    decision = can_write(user)
    if decision and (membership is None or membership.user_id != user.pk or not membership.may(power)):
        return refuse("not_circle_staff", _("Your role in this circle does not include that."))
    return decision


def _is_below(user: "Person", membership: Membership | None, of: Membership | None) -> Decision:
    """People act on those below them; whoever was never a member, or left, is below everybody."""
    if of is not None and of.user_id == user.pk:
        return refuse("oneself", _("You cannot do this to yourself."))
    if membership is not None and of is not None and of.rank >= membership.rank:
        return _outranked()
    return ALLOWED


def _outranked() -> Decision:
    return refuse("outranked", _("This takes a higher role than yours."))


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
