"""Gates in sentences, in the reader's language: what a rule says, and what somebody is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy as plazy

from accounts.models import FactKind
from accounts.passport import Passport
from circles.gates.evaluate import Verdict, is_member
from circles.gates.language import (
    Clause,
    Clauses,
    Condition,
    CreditAtLeast,
    HasRole,
    HoldsFact,
    IsVerified,
    MemberFor,
    code_of,
    condition_to_json,
)
from circles.models.circle import Circle
from circles.models.gate import GateAction
from circles.models.membership import Membership, Role

Labels = Mapping[str, Sequence[str]]
"""code_of a condition with a value → [name, English name]."""
FACTS_PAGE = "/me/facts/"
CREDIT_PAGE = "/me/credit/"


@dataclass(frozen=True, slots=True)
class Person:
    """Whom the words are about, at that moment."""

    passport: Passport
    membership: Membership | None
    now: datetime


# --- What a rule says ----------------------------------------------------------------------------

_MANY: Mapping[str, str | Promise] = {
    FactKind.STUDENT: plazy("people", "students"),
    FactKind.GRADUATE: plazy("people", "graduates"),
    FactKind.EMPLOYEE: plazy("people", "employees of a company"),
    FactKind.PROFESSION: plazy("people", "people with a verified profession"),
    FactKind.RESIDENT: plazy("people", "people whose city is verified"),
    FactKind.ADULT: plazy("people", "adults"),
    FactKind.MERCHANT_STAFF: plazy("people", "people who work for a merchant"),
    "gender:female": plazy("people", "women"),
    "gender:male": plazy("people", "men"),
}
_MANY_NAMED: Mapping[str, str | Promise] = {
    FactKind.STUDENT: lazy("students of %(name)s"),
    FactKind.GRADUATE: lazy("graduates of %(name)s"),
    FactKind.EMPLOYEE: lazy("employees of %(name)s"),
    FactKind.PROFESSION: lazy("people whose profession is verified by %(name)s"),
    FactKind.RESIDENT: lazy("residents of %(name)s"),
    FactKind.MERCHANT_STAFF: lazy("people who work for %(name)s"),
}
_MAY: Mapping[str, str | Promise] = {
    GateAction.VIEW: lazy("%(who)s%(comma)s may see this circle."),
    GateAction.ENTER: lazy("%(who)s%(comma)s may join."),
    GateAction.POST: lazy("%(who)s%(comma)s may post."),
    GateAction.COMMENT: lazy("%(who)s%(comma)s may comment."),
    GateAction.LIKE: lazy("%(who)s%(comma)s may like."),
    GateAction.TIP: lazy("%(who)s%(comma)s may tip."),
}


def sentence(action: str, clauses: Clauses, labels: Labels) -> str:
    """“Students, or people with a conduct credit of 750 and more, may comment.”"""
    groups = [_group(clause, labels) for clause in clauses]
    who = groups[0]
    for group in groups[1:]:
        who = _("%(some)s, or %(others)s") % {"some": who, "others": group}
    comma = pgettext("before “may”, where several groups are named", ",") if len(groups) > 1 else ""
    return str(_MAY[action]) % {"who": who[:1].upper() + who[1:], "comma": comma}


def _group(clause: Clause, labels: Labels) -> str:
    """Whom a clause speaks of: “students with a conduct credit of 750 and more”."""
    facts = [one for one in clause if isinstance(one, HoldsFact)]
    roles = [one for one in clause if isinstance(one, HasRole)]
    rest = [one for one in clause if one not in facts and one not in roles]
    if facts:
        who = _people(facts[0], labels)
        rest = [*facts[1:], *rest, *roles]
    elif roles:
        who = _in_role(roles[0])
    else:
        who = pgettext("people", "people")
    which = pgettext("between conditions", " and ").join(_which(one, labels) for one in rest)
    return _("%(who)s %(which)s") % {"who": who, "which": which} if which else who


def _people(fact: HoldsFact, labels: Labels) -> str:
    if code_of(fact) in _MANY:
        return str(_MANY[code_of(fact)])
    return str(_MANY_NAMED[fact.kind]) % {"name": _name(fact, labels)}


def _in_role(condition: HasRole) -> str:
    if condition.role == Role.MEMBER:
        return pgettext("people", "members")
    if condition.role == Role.MODERATOR:
        return pgettext("people", "the owner and the moderators")
    return pgettext("people", "the owner")


def _which(condition: Condition, labels: Labels) -> str:
    match condition:
        case HoldsFact():
            return _("who are also %(who)s") % {"who": _people(condition, labels)}
        case IsVerified():
            return pgettext("people", "who are verified")
        case CreditAtLeast(points):
            return _("with a conduct credit of %(points)s and more") % {"points": points}
        case MemberFor(days):
            text = ngettext("who have been members for %(days)s day", "who have been members for %(days)s days", days)
            return text % {"days": days}
        case HasRole(Role.MEMBER):
            return pgettext("people", "who are members")
        case HasRole(Role.MODERATOR):
            return pgettext("people", "who look after this circle")
    return pgettext("people", "who own this circle")


def _name(fact: HoldsFact, labels: Labels) -> str:
    names = [name for name in labels.get(code_of(fact), ()) if name]
    if not names:
        return fact.value
    return names[-1] if (get_language() or "").startswith("en") else names[0]


# --- What somebody is missing --------------------------------------------------------------------

_ONE: Mapping[str, str | Promise] = {
    FactKind.STUDENT: lazy("You are not verified as a student."),
    FactKind.GRADUATE: lazy("You are not verified as a graduate."),
    FactKind.EMPLOYEE: lazy("You are not verified as an employee of a company."),
    FactKind.PROFESSION: lazy("Your profession is not verified."),
    FactKind.RESIDENT: lazy("The city you live in is not verified."),
    FactKind.ADULT: lazy("You are not verified as an adult."),
    FactKind.GENDER: lazy("This is not what your identity document says."),
    FactKind.MERCHANT_STAFF: lazy("You are not verified as somebody who works for a merchant."),
}
_ONE_NAMED: Mapping[str, str | Promise] = {
    FactKind.STUDENT: lazy("You are not verified as a student of %(name)s."),
    FactKind.GRADUATE: lazy("You are not verified as a graduate of %(name)s."),
    FactKind.EMPLOYEE: lazy("You are not verified as an employee of %(name)s."),
    FactKind.PROFESSION: lazy("Your profession is not verified by %(name)s."),
    FactKind.RESIDENT: lazy("You are not verified as a resident of %(name)s."),
    FactKind.MERCHANT_STAFF: lazy("You are not verified as somebody who works for %(name)s."),
}
_HOW: Mapping[str, str | Promise] = {
    FactKind.STUDENT: lazy("Prove your school: its e-mail address or a code from it is enough."),
    FactKind.GRADUATE: lazy("Ask your school for a code, or prove it by its e-mail address."),
    FactKind.EMPLOYEE: lazy("Prove your company: its e-mail address or a code from it is enough."),
    FactKind.PROFESSION: lazy("Ask your professional body for a code."),
    FactKind.RESIDENT: lazy("See what is verified about you, and who can add to it."),
    FactKind.MERCHANT_STAFF: lazy("Ask the merchant to add you to its staff."),
}


def missing(circle: Circle, labels: Labels, verdict: Verdict, person: Person) -> list[dict[str, Any]]:
    """Every condition that is not met, as {way, condition, code, message, how, url}, the shortest way first.

    Those of one `way` are needed together; one way is enough. `url` is a path of this site, empty where no page helps.
    """
    return [
        {
            "way": number,
            "condition": condition_to_json(condition),
            "code": code_of(condition),
            "message": _message(condition, labels, person),
            **dict(zip(("how", "url"), _way(circle, condition, person), strict=True)),
        }
        for number, unmet in enumerate(verdict.missing, start=1)
        for condition in unmet
    ]


def refusal(action: str, clauses: Clauses, labels: Labels, lacking: Sequence[Mapping[str, Any]]) -> str:
    """The rule, and what is missing, in a few sentences."""
    messages = dict.fromkeys(str(item["message"]) for item in lacking)
    if len(messages) > 3:
        messages = dict.fromkeys(str(item["message"]) for item in lacking if item["way"] == 1)
    between = pgettext("between sentences", " ")
    return between.join([sentence(action, clauses, labels), *messages])


def _message(condition: Condition, labels: Labels, person: Person) -> str:
    match condition:
        case HoldsFact(kind, value):
            if value and kind in _ONE_NAMED:
                return str(_ONE_NAMED[kind]) % {"name": _name(condition, labels)}
            return str(_ONE[kind])
        case IsVerified():
            return _("You have not verified who you are.")
        case CreditAtLeast(points):
            mine = person.passport.credit
            if not mine:
                return _("A conduct credit of %(points)s is needed.") % {"points": points}
            values = {"mine": mine, "points": points, "short": points - mine}
            return _("Your conduct credit is %(mine)s; %(points)s are needed, %(short)s more.") % values
        case MemberFor(days) if is_member(person.membership):
            done = max(0, (person.now - person.membership.joined_at).days)  # type: ignore[union-attr]
            text = ngettext(
                "You have been a member for %(done)s day; %(days)s are needed.",
                "You have been a member for %(done)s days; %(days)s are needed.",
                done,
            )
            return text % {"done": done, "days": days}
        case HasRole(role) if role != Role.MEMBER:
            return _("You do not look after this circle.")
    return _("You are not a member of this circle.")


def _way(circle: Circle, condition: Condition, person: Person) -> tuple[str, str]:
    """(how to come to meet it, the page that helps)."""
    verify = reverse("accounts:verify")
    match condition:
        case IsVerified():
            return _("Verify who you are: it takes a minute."), verify
        case HoldsFact(FactKind.ADULT, _value):
            ahead = [fact.since for fact in person.passport.facts if fact.kind == FactKind.ADULT]
            if ahead and min(ahead) > person.now:
                return _("It opens for you on %(date)s.") % {"date": _date(min(ahead))}, ""
            return _("It comes from your identity document."), "" if person.passport.is_verified else verify
        case HoldsFact(FactKind.GENDER, _value):
            return _("It comes from your identity document."), "" if person.passport.is_verified else verify
        case HoldsFact(kind, _value):
            return str(_HOW[kind]), FACTS_PAGE
        case CreditAtLeast():
            return _("It grows with time and with what others find useful. See what yours is made of."), CREDIT_PAGE
        case MemberFor(days) if is_member(person.membership):
            opens = person.membership.joined_at + timedelta(days=days)  # type: ignore[union-attr]
            return _("It opens for you on %(date)s.") % {"date": _date(opens)}, ""
        case MemberFor(days):
            text = ngettext("Join, and stay for %(days)s day.", "Join, and stay for %(days)s days.", days)
            return text % {"days": days}, circle.get_absolute_url()
        case HasRole(role) if role != Role.MEMBER:
            return _("The owner chooses who looks after the circle."), ""
    return _("Join the circle."), circle.get_absolute_url()


def _date(moment: datetime) -> str:
    return formats.date_format(timezone.localtime(moment), "SHORT_DATE_FORMAT")
