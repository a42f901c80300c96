"""Notices: lines of the inbox about oneself, with no post behind them. What each kind says, and where it leads.

A notice carries `data` (plain values written when it happened) and `detail` (a reason somebody gave, shown as a quote);
the sentence is made when it is read, in the reader's language.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts import badges
from accounts.models import CreditKind
from circles.models import Role
from core.templatetags.ui import day
from notifications.models import Kind

Data = Mapping[str, Any]


@dataclass(frozen=True)
class Notice:
    """`page` is the name of the URL it leads to; `leaves` says whether it goes by mail and push at once, too."""

    sentence: Callable[[Data], SafeString]
    page: str
    icon: str
    leaves: bool = False


def _fact(data: Data) -> SafeString:
    title = badges.title(data["kind"], data["value"], data.get("name", ""), data.get("name_en", ""))
    return format_html("<strong>{}</strong>", title)


def _until(data: Data) -> str:
    zone = timezone.get_default_timezone()
    return day(datetime.fromtimestamp(data["until"], zone)) if data.get("until") else ""


def _fact_granted(data: Data) -> SafeString:
    if data.get("until"):
        return format_html(_("Verified: {fact}, until {day}"), fact=_fact(data), day=_until(data))
    return format_html(_("Verified: {fact}"), fact=_fact(data))


def _fact_expiring(data: Data) -> SafeString:
    return format_html(_("{fact} runs out on {day}. Prove it again in time."), fact=_fact(data), day=_until(data))


def _fact_revoked(data: Data) -> SafeString:
    return format_html(_("No longer verified: {fact}"), fact=_fact(data))


def _identity(data: Data) -> SafeString:
    what = data["what"]
    if what == "refused":
        said = _("We could not verify you. Please compare every character with your document, and try again.")
    elif what == "asked":
        said = _("Your document runs out soon. Verify with the new one before then, and nothing changes.")
    elif what == "expired":
        said = _("Your document has run out. Please verify with your new one; until then you can read everything.")
    elif what == "revoked":
        said = _("Our team has taken your verification back. Why stands on your privacy page.")
    else:
        said = _("You are verified. You can post, comment and found circles.")
    return format_html("{}", said)


def _credit(data: Data) -> SafeString:
    numbers = {"before": data["before"], "after": data["after"]}
    if data.get("is_return"):
        return format_html(_("Something was taken back: your credit went from {before} to {after}."), **numbers)
    if not data.get("kind"):
        return format_html(_("Your credit went from {before} to {after}."), **numbers)
    why = CreditKind(data["kind"]).label
    return format_html(_("Your credit went from {before} to {after}: {why}."), why=why, **numbers)


def _pseudonym_opened(data: Data) -> SafeString:
    return format_html(
        _("Two administrators opened your pseudonym {name} in {circle}: they know who you are there."),
        name=format_html("<strong>{}</strong>", data["name"]),
        circle=format_html("<strong>{}</strong>", data["circle"]),
    )


def _draft(data: Data) -> SafeString:
    return format_html("{}", _("A post you scheduled could not be published. It is still among your drafts."))


def _circle(data: Data) -> SafeString:
    """What happened to oneself in a circle, or to a circle one asked for; see notifications.actions.tell_circles."""
    names = {"circle": format_html("<strong>{}</strong>", data["circle"])}
    if data.get("name"):
        names["name"] = format_html("<strong>{}</strong>", data["name"])
    if data["what"] == "role":
        role = Role(data["role"])
        if role == Role.MEMBER:
            return format_html(_("You have no role in {circle} any more."), **names)
        return format_html(_("Your role in {circle}: {role}"), role=role.label, **names)
    if data["what"] == "title":
        if not data["title"]:
            return format_html(_("You have no title in {circle} any more."), **names)
        return format_html(_("Your title in {circle}: {title}"), title=data["title"], **names)
    if data["what"] == "collection_removed":
        return format_html(_("Your collection “{title}” in {circle} was removed."), title=data["title"], **names)
    return format_html(str(_CIRCLE_NEWS[data["what"]]), **names)


def _medal(data: Data) -> SafeString:
    """A medal given, or taken back; see notifications.actions.tell_days."""
    names = {"medal": format_html("<strong>{}</strong>", _named(data, "medal"))}
    if data.get("circle"):
        names["circle"] = format_html("<strong>{}</strong>", data["circle"])
        if data["what"] == "taken":
            return format_html(_("A medal was taken back in {circle}: {medal}"), **names)
        return format_html(_("You have a medal of {circle}: {medal}"), **names)
    if data["what"] == "taken":
        return format_html(_("A medal was taken back: {medal}"), **names)
    return format_html(_("You have a new medal: {medal}"), **names)


def _goal(data: Data) -> SafeString:
    return format_html(
        _("{circle} has reached its goal, with your help: {goal}"),
        circle=format_html("<strong>{}</strong>", data["circle"]),
        goal=format_html("<strong>{}</strong>", _named(data, "goal")),
    )


def _welcome(data: Data) -> SafeString:
    return format_html(_("Welcome to {circle}"), circle=format_html("<strong>{}</strong>", data["circle"]))


def _named(data: Data, key: str) -> str:
    return str(data[f"{key}_en"] if (get_language() or "").startswith("en") else data[key])


_CIRCLE_NEWS = {
    "founded": gettext_lazy("Your circle is founded: {circle}"),
    "not_founded": gettext_lazy("Your circle was not approved: {circle}"),
    "asked": gettext_lazy("{name} asks to join {circle}"),
    "accepted": gettext_lazy("You are a member of {circle} now."),
    "not_accepted": gettext_lazy("{circle} did not accept you."),
    "silenced": gettext_lazy("You cannot write in {circle} for a while."),
    "unsilenced": gettext_lazy("You can write in {circle} again."),
    "removed": gettext_lazy("You were removed from {circle}."),
    "banned": gettext_lazy("You were banned from {circle}."),
    "unbanned": gettext_lazy("You may come back to {circle}."),
    "offered": gettext_lazy("{name} asks you to take over {circle}"),
    "named": gettext_lazy("The owner of {circle} is gone and named you: will you take it over?"),
    "taken": gettext_lazy("{name} owns {circle} now."),
    "not_taken": gettext_lazy("{name} does not want to take over {circle}."),
    "missed": gettext_lazy("You were not here for long. If you do not come back, {circle} gets another owner."),
    "vacant": gettext_lazy("The owner of {circle} is gone."),
    "vote": gettext_lazy("{circle} chooses its next owner: stand, and vote."),
    "owner": gettext_lazy("You own {circle} now."),
    "held": gettext_lazy("Something waits to be read before it appears in {circle}."),
    "released": gettext_lazy("What you wrote in {circle} was read and stands there now."),
    "held_back": gettext_lazy("What you wrote in {circle} was not let through. Your words are kept for you."),
    "goal_stopped": gettext_lazy("Our team called off the shared goal you began in {circle}."),
    "goal_called_off": gettext_lazy("The shared goal you began in {circle} was called off."),
    "new_owner": gettext_lazy("{circle} has a new owner."),
}


NOTICES: dict[str, Notice] = {
    Kind.FACT_GRANTED: Notice(_fact_granted, "accounts:facts", "badge-check"),
    Kind.FACT_EXPIRING: Notice(_fact_expiring, "accounts:facts", "hourglass", leaves=True),
    Kind.FACT_REVOKED: Notice(_fact_revoked, "accounts:facts", "badge-x", leaves=True),
    Kind.CREDIT: Notice(_credit, "accounts:credit", "gauge"),
    Kind.PSEUDONYM_OPENED: Notice(_pseudonym_opened, "accounts:privacy", "venetian-mask", leaves=True),
    Kind.DRAFT: Notice(_draft, "circles:drafts", "calendar-x", leaves=True),
    Kind.CIRCLE: Notice(_circle, "circles:discover", "users-round", leaves=True),
    Kind.MEDAL: Notice(_medal, "daily:my_medals", "medal"),
    Kind.GOAL: Notice(_goal, "daily:mine", "sprout"),
    Kind.WELCOME: Notice(_welcome, "circles:discover", "hand-heart"),
    Kind.IDENTITY: Notice(_identity, "accounts:privacy", "shield-check", leaves=True),
    Kind.IDENTITY_DUE: Notice(_identity, "accounts:verify", "shield-alert", leaves=True),
}


def url(kind: str, data: Data) -> str:
    """Where it leads: what the notice itself says, or else the page of its kind."""
    if data.get("url"):
        return str(data["url"])
    return reverse(NOTICES[kind].page)
