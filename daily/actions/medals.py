"""Giving medals, by rule and by hand."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from circles.models import Circle, Membership
from core.errors import Invalid, NotFound, Refused
from core.events import record
from core.text.clean import clean_line, require_length
from daily import rules
from daily.events import MedalGiven
from daily.models import Award, Medal, MedalRule, MedalTone
from daily.models.medal import ICONS

REASON_MAX, NAME_MAX, TEXT_MAX, THRESHOLD_MAX = 200, 20, 120, 100_000


def give_by_rule(*, membership: Membership, rule: MedalRule, value: int) -> None:
    """Give the member what that many bring, the platform's medals and the circle's; each once. In a transaction."""
    wanted = Medal.objects.filter(Q(circle=None) | Q(circle=membership.circle_id), is_active=True)
    give_all(wanted.filter(rule=rule, threshold__lte=value), membership.user_id)


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
                record(MedalGiven(award_id=award.pk))


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
        member = Membership.objects.active().filter(user=to, circle=medal.circle).first()
        if member is None:
            raise NotFound("not_member", _("There is no such member."))
        return hand_over(medal=medal, to=to, reason=reason, by=actor)


def hand_over(*, medal: Medal, to: User, reason: str, by: User) -> Award:
    """The row of an award given by hand; the caller asked who may. In a transaction."""
    award, is_new = Award.objects.select_for_update().get_or_create(
        medal=medal, user=to, defaults={"reason": reason, "by": by}
    )
    if not is_new and award.revoked_at is not None:
        award.revoked_at, award.reason, award.by, award.at, is_new = None, reason, by, timezone.now(), True
        award.save(update_fields=["revoked_at", "reason", "by", "at"])
    if is_new:
        record(MedalGiven(award_id=award.pk))
    return award


def revoke(*, actor: User, award: Award) -> None:
    """Take a medal of the circle back; doing it again changes nothing. Raises as `give`."""
    with transaction.atomic():
        if award.medal.circle is None:
            raise NotFound("medal_not_found", _("There is no such medal."))
        require_may_run(actor, award.medal.circle)
        take_back(award)


def take_back(award: Award) -> bool:
    """False if it was taken back before. The caller asked who may."""
    return bool(Award.objects.filter(pk=award.pk, revoked_at=None).update(revoked_at=timezone.now()))


def set_shown(*, user: User, award: Award, shown: bool) -> None:
    """Have one's own medal on one's profile, or not. Raises `NotFound` for somebody else's."""
    if award.user_id != user.pk:
        raise NotFound("award_not_found", _("There is no such medal."))
    Award.objects.filter(pk=award.pk).update(is_shown=shown)


def require_may_run(actor: User, circle: Circle) -> None:
    membership = Membership.objects.filter(user_id=actor.pk, circle_id=circle.pk).first()
    rules.can_run(actor, circle, membership).require()


def _reason(reason: str) -> str:
    reason = clean_line(reason)
    if not reason:
        raise Invalid("reason_required", _("Please say what for."), field="reason")
    require_length(reason, most=REASON_MAX, field="reason")
    return reason
