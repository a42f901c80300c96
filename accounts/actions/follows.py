"""Following people: from now on their posts are read in a tab of home. Counters move with the rows."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import rules
from accounts.events import PersonFollowed
from accounts.models import Audience, Follow, FollowSettings, MayFollow, User
from accounts.queries import are_apart
from core.errors import Invalid
from core.events import record

CHOICES: dict[str, type[MayFollow] | type[Audience]] = {
    "may_follow": MayFollow,
    "shows_follows": Audience,
    "shows_circles": Audience,
}


def follow(*, user: User, person: User) -> Follow:
    """Follow somebody; who follows already goes on. Locks the follow settings of both, in the order of their ids.

    Writes the follow and both counters, records PersonFollowed. Raises `Invalid` (not_oneself), `Refused`: codes of
    `rules.can_write` and `rules.can_follow`.
    """
    rules.can_write(user).require()
    _require_another(user, person)
    with transaction.atomic():
        rows = lock_both(user.pk, person.pk)
        existing = Follow.objects.filter(follower_id=user.pk, followed_id=person.pk).first()
        if existing is not None:
            return existing
        mine, theirs = rows[user.pk], rows[person.pk]
        today = timezone.localdate()
        mine.day_count = mine.day_count if mine.day == today else 0
        rules.can_follow(
            is_open=person.is_active and _is_open_to(theirs, user.pk),
            is_apart=are_apart(user.pk, person.pk),
            following=mine.following_count,
            today=mine.day_count,
            is_new=user.date_joined > timezone.now() - timedelta(days=rules.NEW_DAYS),
        ).require()
        made = Follow.objects.create(follower_id=user.pk, followed_id=person.pk)
        FollowSettings.objects.filter(pk=user.pk).update(
            following_count=F("following_count") + 1, day=today, day_count=mine.day_count + 1
        )
        FollowSettings.objects.filter(pk=person.pk).update(follower_count=F("follower_count") + 1)
        record(PersonFollowed(follower_id=user.pk, followed_id=person.pk))
    return made


def unfollow(*, user: User, person: User) -> None:
    """Stop following; always allowed, idempotent, nobody is told. Locks the follow settings of both."""
    with transaction.atomic():
        lock_both(user.pk, person.pk)
        _remove(user.pk, person.pk)


def remove_follower(*, user: User, person: User) -> None:
    """Have `person` follow no longer; idempotent, and they are not told. They may follow again: a block forbids it."""
    unfollow(user=person, person=user)


def part(*, one_id: int, other_id: int) -> None:
    """Neither follows the other any more; in the caller's transaction, who has called `lock_both`."""
    _remove(one_id, other_id)
    _remove(other_id, one_id)


def choose(*, user: User, **chosen: Any) -> FollowSettings:
    """Say who may follow, who sees what, and whether one is suggested; what is not named stays.

    Nobody loses a follower by it. Locks the person's row. Raises `Invalid` (bad_choice).
    """
    for name, value in chosen.items():
        if name in CHOICES and value not in CHOICES[name].values:
            raise Invalid("bad_choice", _("Please choose one of these."), field=name)
    known = {name: value for name, value in chosen.items() if name in CHOICES or name == "is_suggested"}
    with transaction.atomic():
        row: FollowSettings = _lock(user.pk)[user.pk]
        for name, value in known.items():
            setattr(row, name, value)
        if known:
            row.save(update_fields=list(known))
    return row


def lock_both(one_id: int, other_id: int) -> dict[int, FollowSettings]:
    """The follow settings of two people by their ids, made where there were none, locked until the transaction ends."""
    return _lock(one_id, other_id)


def forget(*, user: User) -> None:
    """Nobody follows this person any more and they follow nobody: their account is being closed."""
    made = Follow.objects.filter(follower=user).values("followed_id")
    met = Follow.objects.filter(followed=user).values("follower_id")
    _fewer(made, "follower_count")
    _fewer(met, "following_count")
    Follow.objects.filter(follower=user).delete()
    Follow.objects.filter(followed=user).delete()
    FollowSettings.objects.filter(user=user).delete()


def _fewer(people: Any, counter: str) -> None:
    FollowSettings.objects.filter(pk__in=people).update(**{counter: Greatest(F(counter) - 1, 0)})


def _remove(follower_id: int, followed_id: int) -> None:
    removed, _rows = Follow.objects.filter(follower_id=follower_id, followed_id=followed_id).delete()
    if removed:
        _fewer([follower_id], "following_count")
        _fewer([followed_id], "follower_count")


def _lock(*ids: int) -> dict[int, FollowSettings]:
    found = FollowSettings.objects.select_for_update(no_key=True).order_by("pk")
    rows = {row.pk: row for row in found.filter(pk__in=ids)}
    if len(rows) < len(set(ids)):
        FollowSettings.objects.bulk_create([FollowSettings(user_id=pk) for pk in sorted(ids)], ignore_conflicts=True)
        rows = {row.pk: row for row in found.filter(pk__in=ids)}
    return rows


def _is_open_to(theirs: FollowSettings, user_id: int) -> bool:
    if theirs.may_follow == MayFollow.CHOSEN:
        return Follow.objects.filter(follower_id=theirs.pk, followed_id=user_id).exists()
    return bool(theirs.may_follow == MayFollow.EVERYONE)


def _require_another(user: User, person: User) -> None:
    if user.pk == person.pk:
        raise Invalid("not_oneself", _("That is you."))
