"""Events: a place for whoever signs up first, a line for the others that moves up by itself."""

from datetime import datetime, timedelta
from hmac import compare_digest

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from circles import rules
from circles.actions import gates, reach
from circles.actions.polls import EARLY
from circles.events import EventNews, PlaceFreed
from circles.kinds import EventSpec
from circles.models import Circle, Event, GateAction, Membership, MembershipState, Post, SignUp, SignUpState
from core.errors import Invalid, NotFound, Refused
from core.events import record
from core.jobs import enqueue

WRONG_PER_HOUR = 10
"""Wrong check-in codes of one person for one event."""
REMIND_BEFORE = timedelta(days=1)


def create(*, post: Post, spec: EventSpec) -> Event:
    """Give a post that was just made its event; who signs up is reminded by a job the day before."""
    event = Event.objects.create(post=post, **_columns(spec))
    _plan_reminder(event)
    return event


def change(*, post: Post, spec: EventSpec) -> Event:
    """Change when and where it is, and how many may come; whoever signed up hears of a new time or place.

    Locks the event; where there is more room the line moves up. Nobody who has a place loses it. Call it in the
    transaction of the action that asked who may.
    """
    event = _locked(post.pk)
    before = (event.starts_at, event.ends_at, event.place)
    columns = _columns(spec)
    for name, value in columns.items():
        setattr(event, name, value)
    event.save(update_fields=list(columns))
    if (event.starts_at, event.ends_at, event.place) != before:
        record(EventNews(post_id=event.pk, what="changed"))
        _plan_reminder(event)
    _move_up(event)
    return event


def sign_up(*, user: User, post: Post) -> SignUp:
    """Take a place, or stand in line where there is none; who has signed up already stays where they are.

    Locks the membership and the event. Raises `Refused` (codes of `rules.can_sign_up`, `blocked`, event_over,
    event_called_off) and `NotFound` (no_event).
    """
    rules.can_write(user).require()
    with transaction.atomic():
        fresh = Post.objects.select_related("circle").get(pk=post.pk)
        person = gates.person_for(GateAction.COMMENT, user=user, circle=fresh.circle)
        mine = Membership.objects.filter(user_id=user.pk, circle_id=fresh.circle_id)
        membership = mine.select_for_update(no_key=True).first()  # a ban before it forbids it, one after it finds it
        rules.can_sign_up(person, fresh, membership).require()
        reach.require(user=user, post=fresh, answering=False)
        event = _locked(post.pk)
        _require_ahead(event)
        known = SignUp.objects.filter(event=event, person=user).first()
        if known is not None and known.state != SignUpState.WITHDRAWN:
            return known
        state = SignUpState.WAITING if event.is_full else SignUpState.GOING
        found, _is_new = SignUp.objects.update_or_create(
            event=event, person=user, defaults={"state": state, "queued_at": timezone.now(), "checked_in_at": None}
        )
        _count(event, state, +1)
    return found


def withdraw(*, user: User, post: Post) -> None:
    """Give the place back, or leave the line; idempotent. The first in line moves up. Locks the event."""
    with transaction.atomic():
        event = _locked(post.pk)
        known = SignUp.objects.filter(event=event, person=user).exclude(state=SignUpState.WITHDRAWN).first()
        if known is None:
            return
        _leave(event, known)
        _move_up(event)


def give_up_all(*, user: User, circle: Circle) -> None:
    """Take the person's places and turns at what is still to come in the circle; the line moves up. For whoever puts
    them out of it, in that transaction. Locks the events one by one, in their order."""
    rows = SignUp.objects.filter(person=user, event__post__circle=circle, event__called_off_at=None)
    ahead = rows.exclude(state=SignUpState.WITHDRAWN).select_related("event").order_by("event")
    for sign_up in ahead:
        if not sign_up.event.is_over():
            withdraw(user=user, post=Post(pk=sign_up.event_id))


def call_off(*, actor: User, post: Post) -> None:
    """Say that it does not take place; idempotent. Whoever signed up hears of it.

    Raises `Refused`: codes of `rules.can_run`; `NotFound` no_event.
    """
    with transaction.atomic():
        rules.can_run(actor, post).require()
        event = _locked(post.pk)
        if event.called_off_at is None:
            event.called_off_at = timezone.now()
            event.save(update_fields=["called_off_at"])
            record(EventNews(post_id=event.pk, what="called_off"))


def check_in(*, user: User, post: Post, code: str) -> SignUp:
    """Note that this person is there, by the code shown at the door; idempotent.

    Raises `Invalid` (wrong_code), `Refused` (not_going, event_called_off; too_many_attempts, 429, after WRONG_PER_HOUR
    wrong codes) and `NotFound` (no_event).
    """
    wrong = f"check-in-wrong:{post.pk}:{user.pk}"
    with transaction.atomic():
        event = _locked(post.pk)
        if event.is_called_off:
            raise Refused("event_called_off", _("This event was called off."))
        known = SignUp.objects.filter(event=event, person=user, state=SignUpState.GOING).first()
        if known is None:
            raise Refused("not_going", _("You have no place at this event."))
        if (cache.get(wrong) or 0) >= WRONG_PER_HOUR:
            text = _("Too many wrong codes. Please try again in an hour, or ask the organiser to tick you off.")
            raise Refused("too_many_attempts", text, status=429)
        if not compare_digest("".join(code.split()).upper().encode(), event.check_in_code.encode()):
            cache.add(wrong, 0, 3600)
            cache.incr(wrong)
            raise Invalid("wrong_code", _("This is not the code of this event."), field="code")
        return _set_present(known, True)


def set_present(*, actor: User, post: Post, sign_up_id: int, present: bool) -> SignUp:
    """The organiser notes who is there, or was not after all. Raises `Refused`: codes of `rules.can_run`, not_going;
    `NotFound` no_event."""
    with transaction.atomic():
        rules.can_run(actor, post).require()
        event = _locked(post.pk)
        known = SignUp.objects.filter(event=event, pk=sign_up_id, state=SignUpState.GOING).first()
        if known is None:
            raise Refused("not_going", _("This person has no place at this event."))
        return _set_present(known, present)


def remind_due(*, post_id: int, starts_at: datetime, now: datetime) -> None:
    """The day before: tell who comes, unless it was moved or called off since."""
    event = Event.objects.filter(pk=post_id, starts_at=starts_at, called_off_at=None).first()
    if event is not None and now <= event.starts_at <= now + REMIND_BEFORE + EARLY:
        record(EventNews(post_id=post_id, what="reminder"))


def _columns(spec: EventSpec) -> dict[str, object]:
    return {
        "starts_at": spec.starts_at,
        "ends_at": spec.ends_at,
        "zone": spec.zone,
        "place": spec.place,
        "fee_fen": spec.fee_fen,
        "capacity": spec.capacity,
    }


def _plan_reminder(event: Event) -> None:
    due = event.starts_at - REMIND_BEFORE
    if due > timezone.now():
        enqueue("circles.remind_of_event", run_after=due, post_id=event.pk, starts_at=event.starts_at.isoformat())


def _locked(post_id: int) -> Event:
    event = Event.objects.select_for_update(no_key=True).filter(pk=post_id).first()
    if event is None:
        raise NotFound("no_event", _("There is no event here."))
    return event


def _require_ahead(event: Event) -> None:
    if event.is_called_off:
        raise Refused("event_called_off", _("This event was called off."))
    if event.is_over():
        raise Refused("event_over", _("This event is over."))


def _count(event: Event, state: str, change: int) -> None:
    """Move the counter of the event, which is locked."""
    name = "going_count" if state == SignUpState.GOING else "waiting_count"
    setattr(event, name, max(0, getattr(event, name) + change))
    event.save(update_fields=[name])


def _leave(event: Event, sign_up: SignUp) -> None:
    _count(event, sign_up.state, -1)
    sign_up.state = SignUpState.WITHDRAWN
    sign_up.checked_in_at = None
    sign_up.save(update_fields=["state", "checked_in_at"])


def _move_up(event: Event) -> None:
    """Give free places to the first in line; whoever was banned or can no longer see the post loses their turn."""
    if event.is_called_off or event.is_over():
        return
    for sign_up in SignUp.objects.filter(event=event).in_line().select_related("person").iterator():
        if event.is_full:
            return
        person = sign_up.person
        if not _may_come(event, person):
            _leave(event, sign_up)
            continue
        sign_up.state = SignUpState.GOING
        sign_up.save(update_fields=["state"])
        _count(event, SignUpState.WAITING, -1)
        _count(event, SignUpState.GOING, +1)
        record(PlaceFreed(post_id=event.pk, user_id=person.pk))


def _may_come(event: Event, person: User) -> bool:
    is_banned = Membership.objects.filter(user=person, circle__posts=event.pk, state=MembershipState.BANNED).exists()
    return person.is_active and not is_banned and Post.objects.visible_to(person).filter(pk=event.pk).exists()


def _set_present(sign_up: SignUp, present: bool) -> SignUp:
    if present != (sign_up.checked_in_at is not None):
        sign_up.checked_in_at = timezone.now() if present else None
        sign_up.save(update_fields=["checked_in_at"])
    return sign_up
