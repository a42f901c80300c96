"""Giving medals, by rule and by hand."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from circles.actions import log
from circles.models import Circle, DeedKind, Membership
from core.errors import Invalid, NotFound, Refused
from core.events import record
from core.prepared import Prepared
from core.text.clean import clean_line, require_length
from daily import merits, rules
from daily.events import MedalGiven, MedalTaken
from daily.models import Award, Medal, MedalRule, MedalTone
from daily.models.medal import ICONS

REASON_MAX, NAME_MAX, TEXT_MAX, THRESHOLD_MAX = 200, 20, 120, 100_000


def give_by_rule(*, membership: Membership, rule: MedalRule, value: int) -> None:
    """Give the member what that many bring, the platform's medals and the circle's; each once. In a transaction."""
    if not membership.circle.masks_authors:
        medals = _by_rule.instances(circle=membership.circle_id, rule=rule.value, user=membership.user_id)
        give_all([medal for medal in medals if medal.threshold <= value], membership.user_id)


def look(*, user_id: int, circle_id: int, rule: MedalRule) -> None:
    """Give the person what they have earned by now by this rule, as the nightly round would. In a transaction."""
    wanted = _by_rule.instances(circle=circle_id, rule=rule.value, user=user_id)
    give_all(merits.earned(wanted, rule=rule, user_id=user_id, circle_id=circle_id), user_id)


def give_due(*, medal: Medal, most: int) -> int:
    """Give this medal to the next ones who earned it and never had it; returns to how many. In a transaction."""
    had = set(medal.awards.values_list("user_id", flat=True))
    due = [user_id for user_id in merits.due(medal) if user_id not in had][:most]
    for user_id in dict.fromkeys(due):
        give_all([medal], user_id)
    return len(due)


def give_all(medals: "Iterable[Medal]", user_id: int) -> None:
    """Give those that the person has never had; what was taken back stays taken."""
    found = list(medals)
    if not found:
        return
    had = set(Award.objects.filter(user=user_id, medal__in=found).values_list("medal_id", flat=True))
    for medal in found:
        if medal.pk not in had:
            award, is_new = Award.objects.get_or_create(medal=medal, user_id=user_id)
            if is_new:
                record(MedalGiven(award_id=award.pk, at=_moment(award.at)))


_by_rule = Prepared(
    lambda any_: Medal.objects.filter(Q(circle=None) | Q(circle=any_.circle), is_active=True, rule=any_.rule).exclude(
        awards__user=any_.user
    ),
    *("circle", "rule", "user"),
)
"""The medals of the platform and of the circle for a rule that the person has never had."""


def define(
    *,
    actor: User,
    circle: Circle,
    name: str,
    text: str = "",
    icon: str = ICONS[0],
    tone: str = MedalTone.GOLD,
    rule: str = MedalRule.HAND,
    threshold: int = 0,
    is_active: bool = True,
    medal: Medal | None = None,
) -> Medal:
    """Make a medal of the circle, or change one. Locks the circle. What was given stays given.

    Raises `Refused` (codes of `rules.can_run`, `too_many_medals`), `NotFound` (a medal of another circle) and `Invalid`
    (`name_required`, `name_taken`, `too_long`, `unknown_rule`, `bad_threshold`, `unknown_icon`).
    """
    name, text = clean_line(name), clean_line(text)
    if not name:
        raise Invalid("name_required", _("Please give it a name."), field="name")
    require_length(name, most=NAME_MAX, field="name")
    require_length(text, most=TEXT_MAX, field="text")
    if rule not in MedalRule.values:
        raise Invalid("unknown_rule", _("There is no such rule."), field="rule")
    if icon not in ICONS or tone not in MedalTone.values:
        raise Invalid("unknown_icon", _("There is no such picture."), field="icon")
    if rule != MedalRule.HAND and not 0 < threshold <= THRESHOLD_MAX:
        raise Invalid("bad_threshold", _("Say from how many on it is given."), field="threshold")
    with transaction.atomic():
        fresh = Circle.objects.select_for_update(no_key=True, of=("self",)).get(pk=circle.pk)
        require_may_run(actor, fresh)
        if medal is None:
            if Medal.objects.filter(circle=fresh).count() >= rules.MEDALS_MOST:
                raise Refused(
                    "too_many_medals",
                    _("A circle has at most %(most)s medals: they shall stay something special.")
                    % {"most": rules.MEDALS_MOST},
                )
            medal = Medal(circle=fresh)
        elif medal.circle_id != fresh.pk:
            raise NotFound("medal_not_found", _("There is no such medal."))
        medal.name, medal.text, medal.icon, medal.tone = name, text, icon, tone
        medal.rule, medal.threshold, medal.is_active = rule, threshold if rule != MedalRule.HAND else 0, is_active
        try:
            with transaction.atomic():
                medal.save()
        except IntegrityError as error:
            raise Invalid("name_taken", _("Your circle has a medal of that name."), field="name") from error
    return medal


def give(*, actor: User, medal: Medal, to: User, reason: str) -> Award:
    """Give a member a medal of the circle by hand; who holds it keeps it, and the first reason stands.

    One that was taken back is given anew. Raises `Refused` (codes of `rules.can_run`, `not_given`), `NotFound`
    (`not_member`) and `Invalid` (`reason_required`, `too_long`).
    """
    reason = _reason(reason)
    with transaction.atomic():
        if medal.circle is None:
            raise NotFound("medal_not_found", _("There is no such medal."))
        require_may_run(actor, medal.circle)
        if not medal.is_active:
            raise Refused("not_given", _("This medal is not given any more."))
        member = Membership.objects.active().filter(user=to, circle=medal.circle).select_related("user").first()
        if member is None:
            raise NotFound("not_member", _("There is no such member."))
        award = hand_over(medal=medal, to=to, reason=reason, by=actor)
        _note(medal, member, DeedKind.MEDAL_GIVEN, actor, reason)
        return award


def give_named(*, actor: User, medal: Medal, name: str, reason: str) -> Award:
    """The same to the member who appears in the circle under that name. Raises also `NotFound`: not_member."""
    require_may_run_for(actor, medal)
    return give(actor=actor, medal=medal, to=_member_named(medal, name), reason=reason)


def hand_over(*, medal: Medal, to: User, reason: str, by: User) -> Award:
    """The row of an award given by hand; the caller asked who may. In a transaction."""
    award, is_new = Award.objects.select_for_update().get_or_create(
        medal=medal, user=to, defaults={"reason": reason, "by": by}
    )
    if not is_new and award.revoked_at is not None:
        award.revoked_at, award.reason, award.by, award.at, is_new = None, reason, by, timezone.now(), True
        award.save(update_fields=["revoked_at", "reason", "by", "at"])
    if is_new:
        record(MedalGiven(award_id=award.pk, at=_moment(award.at)))
    return award


def revoke(*, actor: User, award: Award, reason: str) -> bool:
    """Take a medal of the circle back; the holder reads why. False if it was taken back before. Raises as `give`."""
    reason = _reason(reason)
    with transaction.atomic():
        circle = require_may_run_for(actor, award.medal)
        if not take_back(award, reason=reason):
            return False
        member = Membership.objects.filter(user=award.user_id, circle=circle).select_related("user").first()
        if member is not None:
            _note(award.medal, member, DeedKind.MEDAL_TAKEN, actor, reason)
    return True


def take_back(award: Award, *, reason: str) -> bool:
    """False if it was taken back before. The caller asked who may. In a transaction."""
    now = timezone.now()
    if not Award.objects.filter(pk=award.pk, revoked_at=None).update(revoked_at=now):
        return False
    record(MedalTaken(award_id=award.pk, reason=reason, at=_moment(now)))
    return True


def set_shown(*, user: User, award: Award, shown: bool) -> None:
    """Have one's own medal on one's profile, or not. Raises `NotFound` for somebody else's."""
    if award.user_id != user.pk:
        raise NotFound("award_not_found", _("There is no such medal."))
    Award.objects.filter(pk=award.pk).update(is_shown=shown)


def require_may_run(actor: User, circle: Circle) -> None:
    membership = Membership.objects.filter(user_id=actor.pk, circle_id=circle.pk).first()
    rules.can_run(actor, circle, membership).require()


def require_may_run_for(actor: User, medal: Medal) -> Circle:
    """The circle whose medal it is, for who runs it. Raises `Refused` and, for one of the platform's, `NotFound`."""
    if medal.circle is None:
        raise NotFound("medal_not_found", _("There is no such medal."))
    require_may_run(actor, medal.circle)
    return medal.circle


def _member_named(medal: Medal, name: str) -> User:
    """Who has a name of their own there is found by that name alone: another one would tell who they are."""
    name = clean_line(name).removeprefix("@")
    members = Membership.objects.active().filter(circle=medal.circle).select_related("user")
    own = members.filter(nickname_key=name.lower()).exclude(nickname="").first()
    found = own or members.filter(nickname="", user__in=User.objects.named([name])).first() if name else None
    if found is None:
        raise NotFound("not_member", _("There is no such member."), field="name")
    return found.user


def _note(medal: Medal, member: Membership, kind: DeedKind, actor: User, reason: str) -> None:
    """Into the circle's log, under the name the member has there."""
    assert medal.circle is not None
    known = {"subject": member.user} if member.is_linked else {"name": member.nickname}
    log.write(circle=medal.circle, kind=kind, actor=actor, reason=reason, medal=medal.name, **known)


def _moment(at: datetime) -> str:
    return at.strftime("%Y%m%d%H%M%S%f")


def _reason(reason: str) -> str:
    reason = clean_line(reason)
    if not reason:
        raise Invalid("reason_required", _("Please say what for."), field="reason")
    require_length(reason, most=REASON_MAX, field="reason")
    return reason
