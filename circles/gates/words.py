"""Gates in sentences, in the reader's language: what a rule says, and what somebody is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

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
    clauses_from_json,
    code_of,
    condition_to_json,
)
from circles.gates.preview import Preview, Tally, told
from circles.models.circle import Circle
from circles.models.gate import GateAction
from circles.models.membership import Membership, Role

Labels = Mapping[str, Sequence[str]]
"""code_of a condition with a value → [name, English name]."""
_PROVABLE = (FactKind.STUDENT, FactKind.GRADUATE, FactKind.EMPLOYEE, FactKind.PROFESSION)
"""Facts there is a page to prove: by an e-mail address or a code of the institution."""


@dataclass(frozen=True, slots=True)
class Person:
    """Whom the words are about, at that moment."""

    passport: Passport
    membership: Membership | None
    now: datetime


# --- What a rule says ----------------------------------------------------------------------------

_MANY: Mapping[str, str | Promise] = {
    FactKind.STUDENT: pgettext_lazy("people", "students"),
    FactKind.GRADUATE: pgettext_lazy("people", "graduates"),
    FactKind.EMPLOYEE: pgettext_lazy("people", "employees of a company"),
    FactKind.PROFESSION: pgettext_lazy("people", "people with a verified profession"),
    FactKind.RESIDENT: pgettext_lazy("people", "people whose city is verified"),
    FactKind.ADULT: pgettext_lazy("people", "adults"),
    FactKind.MERCHANT_STAFF: pgettext_lazy("people", "people who work for a merchant"),
    "gender:female": pgettext_lazy("people", "women"),
    "gender:male": pgettext_lazy("people", "men"),
}
_MANY_NAMED: Mapping[str, str | Promise] = {
    FactKind.STUDENT: gettext_lazy("students of %(name)s"),
    FactKind.GRADUATE: gettext_lazy("graduates of %(name)s"),
    FactKind.EMPLOYEE: gettext_lazy("employees of %(name)s"),
    FactKind.PROFESSION: gettext_lazy("people whose profession is verified by %(name)s"),
    FactKind.RESIDENT: gettext_lazy("residents of %(name)s"),
    FactKind.MERCHANT_STAFF: gettext_lazy("people who work for %(name)s"),
    FactKind.OUTSIDE_SCORE: gettext_lazy("people who reach %(level)s at %(name)s"),
}
_MAY: Mapping[str, str | Promise] = {
    GateAction.VIEW: gettext_lazy("%(who)s%(comma)s may see this circle."),
    GateAction.ENTER: gettext_lazy("%(who)s%(comma)s may join."),
    GateAction.POST: gettext_lazy("%(who)s%(comma)s may post."),
    GateAction.COMMENT: gettext_lazy("%(who)s%(comma)s may comment."),
    GateAction.LIKE: gettext_lazy("%(who)s%(comma)s may like."),
    GateAction.TIP: gettext_lazy("%(who)s%(comma)s may tip."),
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
    return pgettext("people, and what they meet", "%(who)s %(which)s") % {"who": who, "which": which} if which else who


def _people(fact: HoldsFact, labels: Labels) -> str:
    if code_of(fact) in _MANY:
        return str(_MANY[code_of(fact)])
    return str(_MANY_NAMED[fact.kind]) % _named(fact, labels)


def _named(fact: HoldsFact, labels: Labels) -> dict[str, str]:
    return {"name": _name(fact, labels), "level": fact.value.rpartition(":")[2]}


def _in_role(condition: HasRole) -> str:
    if condition.role == Role.MEMBER:
        return pgettext("people", "members")
    if condition.role == Role.EDITOR:
        return pgettext("people", "the owner, admins, moderators and editors")
    if condition.role == Role.MODERATOR:
        return pgettext("people", "the owner, the admins and the moderators")
    if condition.role == Role.ADMIN:
        return pgettext("people", "the owner and the admins")
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
        case HasRole(role) if role != Role.OWNER:
            return pgettext("people", "who look after this circle")
    return pgettext("people", "who own this circle")


def _name(fact: HoldsFact, labels: Labels) -> str:
    names = [name for name in labels.get(code_of(fact), ()) if name]
    if not names:
        return fact.value
    return names[-1] if (get_language() or "").startswith("en") else names[0]


def shown_gates(circle: Circle) -> list[dict[str, Any]]:
    """The gates in force of a circle as {action, text, since, is_sensitive}, in the order of GateAction. No queries."""
    shown = []
    for action in GateAction.values:
        if kept := circle.gates.get(action):
            since = datetime.fromtimestamp(kept["since"], timezone.get_default_timezone())
            text = sentence(action, clauses_from_json(kept["clauses"]), kept["labels"])
            shown.append({"action": action, "text": text, "since": since, "is_sensitive": kept["sensitive"]})
    return shown


def without_gate(action: str) -> str:
    """Who may where no gate asks for more."""
    return str(_WITHOUT_GATE[action])


_WITHOUT_GATE: Mapping[str, str | Promise] = {
    GateAction.VIEW: gettext_lazy("Everybody may see this circle."),
    GateAction.ENTER: gettext_lazy("Everybody who is verified may join."),
    GateAction.POST: gettext_lazy("Members may post."),
    GateAction.COMMENT: gettext_lazy("Everybody who is verified may comment."),
    GateAction.LIKE: gettext_lazy("Everybody who is verified may like."),
    GateAction.TIP: gettext_lazy("Tips are off."),
}


def told_preview(found: Preview, labels: Labels) -> list[dict[str, Any]]:
    """What a preview says, for the circle's members and for everybody: {whom, text, missing, share}."""
    return [
        _told_tally(_("Of the members"), found.members, labels),
        _told_tally(_("Of everybody here"), found.everybody, labels),
    ]


def _told_tally(whom: str, tally: Tally, labels: Labels) -> dict[str, Any]:
    values = {"total": _number(tally.total), "lets_in": _number(tally.lets_in), "shuts_out": _number(tally.shuts_out)}
    if not tally.shuts_out:
        text = _("All %(total)s are let in.")
    elif not tally.lets_in:
        text = _("None of %(total)s is let in.")
    elif told(tally.shuts_out) is None:
        text = _("All but a few of %(total)s are let in.")
    elif told(tally.lets_in) is None:
        text = _("Only a few of %(total)s are let in.")
    else:
        text = _("%(lets_in)s of %(total)s are let in, %(shuts_out)s are shut out.")
    if tally.is_estimate:
        text = _("About: %(text)s") % {"text": text}
    missing = [shut_out(one, told(count, tally.total), labels) for one, count in tally.missing]
    share = 100 * tally.lets_in // tally.total if tally.total else 0
    return {"whom": whom, "text": text % values, "missing": missing, "share": min(95, max(5, share))}


def _number(count: int) -> str:
    return str(formats.number_format(count, force_grouping=True))


def shut_out(condition: Condition, count: int | None, labels: Labels) -> str:
    """“40 are not verified as students”; None: a few."""
    people = _("A few") if count is None else _number(count)
    values: dict[str, Any] = {"people": people}
    match condition:
        case HoldsFact():
            return _("%(people)s: not verified as “%(who)s”") % {**values, "who": _people(condition, labels)}
        case CreditAtLeast(points):
            return _("%(people)s: conduct credit below %(points)s") % {**values, "points": points}
        case MemberFor(days):
            text = ngettext(
                "%(people)s: members for less than %(days)s day",
                "%(people)s: members for less than %(days)s days",
                days,
            )
            return text % {**values, "days": days}
        case HasRole(role) if role != Role.MEMBER:
            return _("%(people)s: do not look after this circle") % values
        case IsVerified():
            return _("%(people)s: have not verified who they are") % values
    return _("%(people)s: no members") % values


# --- What somebody is missing --------------------------------------------------------------------

_ONE: Mapping[str, str | Promise] = {
    FactKind.STUDENT: gettext_lazy("You are not verified as a student."),
    FactKind.GRADUATE: gettext_lazy("You are not verified as a graduate."),
    FactKind.EMPLOYEE: gettext_lazy("You are not verified as an employee of a company."),
    FactKind.PROFESSION: gettext_lazy("Your profession is not verified."),
    FactKind.RESIDENT: gettext_lazy("The city you live in is not verified."),
    FactKind.ADULT: gettext_lazy("You are not verified as an adult."),
    FactKind.GENDER: gettext_lazy("This is not what your identity document says."),
    FactKind.MERCHANT_STAFF: gettext_lazy("You are not verified as somebody who works for a merchant."),
}
_ONE_NAMED: Mapping[str, str | Promise] = {
    FactKind.STUDENT: gettext_lazy("You are not verified as a student of %(name)s."),
    FactKind.GRADUATE: gettext_lazy("You are not verified as a graduate of %(name)s."),
    FactKind.EMPLOYEE: gettext_lazy("You are not verified as an employee of %(name)s."),
    FactKind.PROFESSION: gettext_lazy("Your profession is not verified by %(name)s."),
    FactKind.RESIDENT: gettext_lazy("You are not verified as a resident of %(name)s."),
    FactKind.MERCHANT_STAFF: gettext_lazy("You are not verified as somebody who works for %(name)s."),
    FactKind.OUTSIDE_SCORE: gettext_lazy("It is not known here that you reach %(level)s at %(name)s."),
}
_HOW: Mapping[str, str | Promise] = {
    FactKind.STUDENT: gettext_lazy("Prove your school: its e-mail address or a code from it is enough."),
    FactKind.GRADUATE: gettext_lazy("Ask your school for a code, or prove it by its e-mail address."),
    FactKind.EMPLOYEE: gettext_lazy("Prove your company: its e-mail address or a code from it is enough."),
    FactKind.PROFESSION: gettext_lazy("Ask your professional body for a code."),
    FactKind.RESIDENT: gettext_lazy("See what is verified about you, and who can add to it."),
    FactKind.MERCHANT_STAFF: gettext_lazy("Ask the merchant to add you to its staff."),
    FactKind.OUTSIDE_SCORE: gettext_lazy("If you like, let the service tell us. You can take that back at any time."),
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


def refusal(rule: str, lacking: Sequence[Mapping[str, Any]]) -> str:
    """The rule's sentence, and what is missing; of much that is missing only the shortest way."""
    messages = dict.fromkeys(str(item["message"]) for item in lacking)
    if len(messages) > 3:
        messages = dict.fromkeys(str(item["message"]) for item in lacking if item["way"] == 1)
    text = rule
    for message in messages:
        text = pgettext("one sentence after the other", "%(one)s %(next)s") % {"one": text, "next": message}
    return text


def _message(condition: Condition, labels: Labels, person: Person) -> str:
    match condition:
        case HoldsFact(kind, value):
            if value and kind in _ONE_NAMED:
                return str(_ONE_NAMED[kind]) % _named(condition, labels)
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
        case HoldsFact(FactKind.OUTSIDE_SCORE, _value):
            return str(_HOW[FactKind.OUTSIDE_SCORE]), reverse("accounts:outside_score")
        case HoldsFact(kind, _value):
            return str(_HOW[kind]), reverse("accounts:prove" if kind in _PROVABLE else "accounts:facts")
        case CreditAtLeast():
            return _("It grows with time and with what others find useful. See what yours is made of."), reverse(
                "accounts:credit"
            )
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
