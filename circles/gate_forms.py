"""The owner's form for one gate: up to three ways in, each a row of plain questions. More is for the API."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import FactKind, Institution
from accounts.outside_score.provider import current, value_of
from circles.gates.language import (
    CREDIT_LEAST,
    CREDIT_MOST,
    DAYS_MAX,
    VALUE_MAX,
    Clause,
    CreditAtLeast,
    HasRole,
    HoldsFact,
    IsVerified,
    MemberFor,
    Rule,
    clauses_of,
    parse,
)
from circles.models import GateAction, Role
from core.errors import Invalid
from core.text.clean import clean_line

WAYS = 3
FACTS = [
    ("", _("nothing in particular")),
    ("student", _("is a student")),
    ("graduate", _("is a graduate")),
    ("employee", _("works for a company")),
    ("profession", _("has a verified profession")),
    ("resident", _("lives in a verified city")),
    ("adult", _("is an adult")),
    ("merchant_staff", _("works for a merchant")),
    ("gender:female", _("is a woman (needs approval)")),
    ("gender:male", _("is a man (needs approval)")),
]
ROLES = [
    ("", _("whoever it is")),
    (Role.MEMBER, pgettext_lazy("role", "a member of this circle")),
    (Role.MODERATOR, pgettext_lazy("role", "its owner, an admin or a moderator")),
]
_WITH_VALUE = (
    FactKind.STUDENT,
    FactKind.GRADUATE,
    FactKind.EMPLOYEE,
    FactKind.PROFESSION,
    FactKind.RESIDENT,
    FactKind.MERCHANT_STAFF,
)


@dataclass(frozen=True)
class RuleTemplate:
    """A common gate to begin with."""

    label: str | Promise
    rule: Mapping[str, Any]
    actions: tuple[str, ...]


_WRITING = (GateAction.POST, GateAction.COMMENT, GateAction.LIKE, GateAction.TIP)
_JOINING = (GateAction.VIEW, GateAction.ENTER, *_WRITING)
TEMPLATES: Mapping[str, RuleTemplate] = {
    "members": RuleTemplate(_("Members only"), {"role": "member"}, (GateAction.VIEW, *_WRITING)),
    "students": RuleTemplate(_("Students"), {"fact": "student"}, _JOINING),
    "campus": RuleTemplate(_("Students and graduates"), {"any": [{"fact": "student"}, {"fact": "graduate"}]}, _JOINING),
    "students-or-credit": RuleTemplate(
        _("Students, or credit from 750"), {"any": [{"fact": "student"}, {"credit": 750}]}, _WRITING
    ),
    "employees": RuleTemplate(_("People who work for a company"), {"fact": "employee"}, _JOINING),
    "adults": RuleTemplate(_("Adults"), {"fact": "adult"}, _JOINING),
    "credit": RuleTemplate(_("Credit from 600"), {"credit": 600}, _WRITING),
    "settled": RuleTemplate(_("Members for a week"), {"member_days": 7}, (GateAction.POST, GateAction.COMMENT)),
    "verified": RuleTemplate(_("Whoever is verified"), {"verified": True}, (GateAction.VIEW, *_WRITING)),
}


class GateForm(forms.Form):
    """`rule` is what a valid form asks for; None where nothing is filled in."""

    def __init__(self, *args: Any, action: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.action = action
        self.rule: Rule | None = None
        for number in range(1, WAYS + 1):
            self._add_way(number)

    @classmethod
    def of(cls, action: str, rule: Rule | None, names: Mapping[str, str] = MappingProxyType({})) -> "GateForm":
        """Filled with a rule that fits it (`fits_form`); else empty. `names`: what to call an institution's code."""
        ways = clauses_of(rule) if rule is not None and fits_form(rule) else ()
        initial: dict[str, Any] = {}
        for number, clause in enumerate(ways, start=1):
            initial |= _initial(number, clause, names)
        return cls(action=action, initial=initial)

    def ways(self) -> list[dict[str, Any]]:
        """The questions of each way, for the template."""
        shown = []
        for number in range(1, WAYS + 1):
            fields = [self[name] for name in self.fields if name.startswith(f"way{number}_")]
            is_used = any(field.value() not in (None, "", False) for field in fields)
            has_errors = any(field.errors for field in fields)
            shown.append({"number": number, "fields": fields, "is_open": number == 1 or is_used or has_errors})
        return shown

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        ways = [way for number in range(1, WAYS + 1) if (way := self._way(cleaned, number))]
        if self.errors:
            return cleaned
        if not ways:
            self.add_error(None, _("Say at least one thing the gate asks for, or take the gate away."))
            return cleaned
        try:
            self.rule = parse({"any": ways} if len(ways) > 1 else ways[0])
        except Invalid as error:
            self.add_error(None, str(error))
        return cleaned

    def _add_way(self, number: int) -> None:
        prefix = f"way{number}_"
        is_joining = self.action == GateAction.ENTER
        self.fields[f"{prefix}fact"] = forms.ChoiceField(label=_("Somebody who"), choices=_facts(), required=False)
        self.fields[f"{prefix}value"] = forms.CharField(
            label=_("Which one?"),
            required=False,
            max_length=VALUE_MAX,
            widget=forms.TextInput(attrs={"list": "institutions", "autocomplete": "off"}),
            help_text=_("A school, a company: choose from the list. Empty: any."),
        )
        self.fields[f"{prefix}credit"] = forms.IntegerField(
            label=_("Conduct credit from"),
            required=False,
            min_value=CREDIT_LEAST,
            max_value=CREDIT_MOST,
            help_text=_("350 to 950. Everybody starts at 550."),
        )
        if not is_joining:
            self.fields[f"{prefix}days"] = forms.IntegerField(
                label=_("Member for so many days"), required=False, min_value=1, max_value=DAYS_MAX
            )
            self.fields[f"{prefix}role"] = forms.ChoiceField(label=_("In the circle"), choices=ROLES, required=False)
        self.fields[f"{prefix}verified"] = forms.BooleanField(label=_("Verified who they are"), required=False)

    def _way(self, cleaned: dict[str, Any], number: int) -> dict[str, Any] | None:
        """One way as JSON of the language, or None where nothing is asked."""
        found: list[dict[str, Any]] = []
        kind, _colon, fixed = (cleaned.get(f"way{number}_fact") or "").partition(":")
        value = clean_line(cleaned.get(f"way{number}_value") or "")
        if kind:
            asked = fixed or (_code(value, kind) if value and kind in _WITH_VALUE else "")
            found.append({"fact": kind, "value": asked} if asked else {"fact": kind})
        if value and kind not in _WITH_VALUE:
            self.add_error(f"way{number}_value", _("Choose above what this belongs to."))
        for name, key in (("credit", "credit"), ("days", "member_days"), ("role", "role"), ("verified", "verified")):
            if answer := cleaned.get(f"way{number}_{name}"):
                found.append({key: answer})
        if not found:
            return None
        return {"all": found} if len(found) > 1 else found[0]


def _facts() -> list[tuple[str, Any]]:
    """What may be asked for; scores only where a service is set up that gives them."""
    provider = current()
    if provider is None:
        return FACTS
    text = _("reaches %(level)s at %(name)s (needs approval)")
    return [
        *FACTS,
        *(
            (f"{FactKind.OUTSIDE_SCORE}:{value_of(provider, level)}", text % {"level": level, "name": provider.name})
            for level in provider.levels
        ),
    ]


def _code(value: str, kind: str) -> str:
    """The code of what is called so; what nothing is called stays, for the action to judge."""
    if kind in (FactKind.PROFESSION, FactKind.RESIDENT):
        named, code = Q(value=value) | Q(value_name=value) | Q(value_name_en__iexact=value), "value"
    else:
        named, code = Q(slug=value) | Q(name=value) | Q(name_en__iexact=value), "slug"
    return Institution.objects.filter(named).values_list(code, flat=True).first() or value


def fits_form(rule: Rule | None) -> bool:
    """Can the form show this rule?"""
    if rule is None:
        return True
    ways = clauses_of(rule)
    return len(ways) <= WAYS and all(
        sum(isinstance(one, HoldsFact) for one in clause) <= 1 and HasRole(Role.OWNER) not in clause for clause in ways
    )


def _initial(number: int, clause: Clause, names: Mapping[str, str]) -> dict[str, Any]:
    initial: dict[str, Any] = {}
    for one in clause:
        match one:
            case HoldsFact(FactKind.GENDER | FactKind.OUTSIDE_SCORE as kind, value):
                initial["fact"] = f"{kind}:{value}"
            case HoldsFact(kind, value):
                initial |= {"fact": kind, "value": names.get(value, value)}
            case CreditAtLeast(points):
                initial["credit"] = points
            case MemberFor(days):
                initial["days"] = days
            case HasRole(role):
                initial["role"] = role
            case IsVerified():
                initial["verified"] = True
    return {f"way{number}_{name}": answer for name, answer in initial.items()}
