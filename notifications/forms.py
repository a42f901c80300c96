"""The page of notification settings as one form: it works without scripts, and is saved as a whole."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from accounts.models import DEFAULT_LEVELS, NoticeLevel
from circles.models import Membership
from core.parts import Part
from merchants.models import Fan
from notifications.models import DigestRhythm, Preferences

_HOURS = [(hour, f"{hour:02}:00") for hour in range(24)]
_level = Part("notifications/partials/_level_choice.html", kept=("choices", "chosen"), holes=("name", "id"))


class LevelSelect(forms.Select):
    """The same few levels for each of a hundred circles: drawn once for each level that may be chosen."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        if attrs is None or attrs.keys() != {"id"}:  # where something is wrong, there is more to say
            return super().render(name, value, attrs, renderer)
        return _level(choices=tuple(self.choices), chosen=str(value or ""), name=name, id=attrs["id"])


class PreferencesForm(forms.Form):
    bell = forms.BooleanField(
        label=_("Count on the bell"),
        required=False,
        help_text=_("Without it, the inbox fills silently."),
    )
    mail = forms.BooleanField(
        label=_("E-mail"),
        required=False,
        help_text=_("Replies, mentions and comments, when you are not here."),
    )
    push = forms.BooleanField(
        label=_("Push"),
        required=False,
        help_text=_("On the devices where you turned it on."),
    )
    language = forms.ChoiceField(label=_("Language of mails"), choices=settings.LANGUAGES)
    quiet = forms.BooleanField(
        label=_("Quiet hours"),
        required=False,
        help_text=_("What happens meanwhile is sent afterwards."),
    )
    quiet_from = forms.TimeField(
        label=pgettext_lazy("time", "From"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    quiet_until = forms.TimeField(
        label=pgettext_lazy("time", "Until"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    digest = forms.ChoiceField(label=_("Send it"), choices=DigestRhythm)
    digest_hour = forms.TypedChoiceField(label=_("At"), choices=_HOURS, coerce=int)
    default = forms.ChoiceField(
        label=_("From all circles and merchants"),
        choices=[(level.value, level.label) for level in DEFAULT_LEVELS],
        help_text=_(
            "You stay a member whatever you choose. What moderators decide about your own posts always reaches you."
        ),
    )

    def __init__(self, *args: Any, memberships: list[Membership], fans: list[Fan], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        levels = [("", pgettext("level", "As above")), *NoticeLevel.choices]
        choices = [(value, str(label)) for value, label in levels]
        for membership in memberships:
            self._add_level("circle", membership, membership.circle.name, choices)
        for fan in fans:
            self._add_level("merchant", fan, fan.merchant.name, choices)
        self.memberships = [(row, self[f"circle-{row.pk}"]) for row in memberships]
        self.fans = [(row, self[f"merchant-{row.pk}"]) for row in fans]

    def _add_level(self, kind: str, row: Membership | Fan, name: str, choices: list[Any]) -> None:
        self.fields[f"{kind}-{row.pk}"] = forms.ChoiceField(
            label=name, choices=choices, required=False, initial=row.level, widget=LevelSelect
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("quiet") and cleaned.get("quiet_from") == cleaned.get("quiet_until"):
            self.add_error("quiet_until", _("Choose an end that differs from the beginning."))
        return cleaned

    def levels(self, kind: str) -> dict[int, str]:
        """What was chosen, by id of the membership or fan row."""
        prefix = f"{kind}-"
        sent = {name: value for name, value in self.cleaned_data.items() if name.startswith(prefix)}
        # A select that was not sent (the row came after the page was loaded) changes nothing.
        return {int(name.removeprefix(prefix)): value for name, value in sent.items() if name in self.data}


def initial_of(preferences: Preferences, *, bell: bool, default: str) -> dict[str, Any]:
    names = ("mail", "push", "quiet", "quiet_from", "quiet_until", "digest", "digest_hour")
    values = {name: getattr(preferences, name) for name in names}
    return {**values, "language": preferences.language_code, "bell": bell, "default": default}
