"""What those who run a circle tell its members unasked."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from circles import rules
from circles.actions import log, posts
from circles.actions.circles import require_no_contact
from circles.events import MembersTold
from circles.kinds import Composition
from circles.models import Circle, DeedKind, MemberNotice, Membership, Post, Welcome
from circles.models.telling import WELCOME_MAX
from core.errors import NotFound, Refused
from core.events import record
from core.text.clean import clean, require_length


def announce(*, actor: User, circle: Circle, key: UUID, body: str) -> MemberNotice:
    """Post something and tell all members of it; sending the same `key` again returns the notice made first.

    Raises what `posts.compose` raises, and as `tell`.
    """
    rules.can_tell_members(actor, _membership(actor, circle)).require()
    with transaction.atomic():
        sent = MemberNotice.objects.filter(post__author=actor, post__key=key).select_related("post").first()
        if sent is not None:
            return sent
        _require_first_today(circle)
        post = posts.compose(author=actor, circle=circle, key=key, what=Composition(body=body))
        return tell(actor=actor, post=post)


def tell(*, actor: User, post: Post) -> MemberNotice:
    """Tell all members of a post that stands in the circle: each at the level they chose. Telling it again changes
    nothing. Records MembersTold.

    Raises `Refused` (codes of `rules.can_tell_members`, `told_today`) and `NotFound` (`post_not_found`).
    """
    circle = Circle.objects.get(pk=post.circle_id)
    rules.can_tell_members(actor, _membership(actor, circle)).require()
    with transaction.atomic():
        fresh = Post.objects.select_for_update(no_key=True, of=("self",)).filter(pk=post.pk).first()
        if fresh is None or not fresh.is_published:
            raise NotFound("post_not_found", _("This post is no longer here."))
        if (known := MemberNotice.objects.filter(post=fresh).select_related("post").first()) is not None:
            return known
        try:
            with transaction.atomic():
                row = MemberNotice.objects.create(circle=circle, post=fresh, by=actor, day=timezone.localdate())
        except IntegrityError as error:
            raise _told_today() from error
        log.write(circle=circle, kind=DeedKind.ANNOUNCED, actor=actor, post=fresh)
        record(MembersTold(notice_id=row.pk))
    return row


def set_welcome(*, actor: User, circle: Circle, text: str, is_on: bool = True) -> Welcome | None:
    """What newcomers read when they have joined; an empty text takes it away. Locks the circle.

    Raises `Refused` (codes of `rules.can_edit_circle`) and `Invalid` (`too_long`, `contact_details`).
    """
    text = clean(text)
    require_length(text, most=WELCOME_MAX, field="text")
    require_no_contact(text, field="text")
    with transaction.atomic():
        fresh = Circle.objects.select_for_update(no_key=True, of=("self",)).get(pk=circle.pk)
        rules.can_edit_circle(actor, _membership(actor, fresh)).require()
        if not text:
            Welcome.objects.filter(circle=fresh).delete()
            return None
        row, _made = Welcome.objects.update_or_create(
            circle=fresh, defaults={"text": text, "is_on": is_on, "changed_at": timezone.now()}
        )
    return row


def _require_first_today(circle: Circle) -> None:
    if MemberNotice.objects.filter(circle=circle, day=timezone.localdate()).exists():
        raise _told_today()


def _told_today() -> Refused:
    return Refused("told_today", _("The members were told something today already. Once a day is enough."))


def _membership(user: User, circle: Circle) -> Membership | None:
    return Membership.objects.filter(user_id=user.pk, circle_id=circle.pk).first()
