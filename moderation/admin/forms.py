from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from accounts.credit import ADJUSTMENT_MOST
from core.errors import Invalid
from moderation.actions.log import REASON_MAX, clean_reason

FOR_GOOD = datetime(2999, 12, 31, tzinfo=UTC)
HOUR, DAY = 3600, 86400
DURATIONS = [
    (str(HOUR), _("1 hour")),
    (str(DAY), _("1 day")),
    (str(3 * DAY), _("3 days")),
    (str(7 * DAY), _("7 days")),
    (str(30 * DAY), _("30 days")),
    ("good", _("for good")),
]


class ReasonForm(forms.Form):
    """Why. What the reason may be is said by `moderation.actions.log.clean_reason`."""

    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4, "maxlength": REASON_MAX, "autofocus": True}),
        help_text=_("It stands in the log for good, and the person concerned may read it."),
    )

    def clean_reason(self) -> str:
        try:
            return clean_reason(self.cleaned_data["reason"])
        except Invalid as error:
            raise forms.ValidationError(str(error), code=error.code) from error

    def arguments(self) -> dict[str, Any]:
        """What the action is called with."""
        return {"reason": self.cleaned_data["reason"]}


class PointsForm(ReasonForm):
    """Why, and how many points."""

    points = forms.IntegerField(
        label=_("Points"),
        min_value=-ADJUSTMENT_MOST,
        max_value=ADJUSTMENT_MOST,
        widget=UnfoldAdminIntegerFieldWidget(),
        help_text=_("More than 0 gives, less than 0 takes away."),
    )

    field_order = ("points", "reason")

    def arguments(self) -> dict[str, Any]:
        return {**super().arguments(), "points": self.cleaned_data["points"]}


class DurationForm(ReasonForm):
    """Why, and for how long. Ends on a full minute, so that a double click means the same moment."""

    duration = forms.ChoiceField(
        label=_("How long"), choices=DURATIONS, initial=str(DAY), widget=UnfoldAdminSelectWidget
    )

    field_order = ("duration", "reason")

    def arguments(self) -> dict[str, Any]:
        duration = self.cleaned_data["duration"]
        if duration == "good":
            until = FOR_GOOD
        else:
            minute = timezone.now().replace(second=0, microsecond=0) + timedelta(minutes=1)
            until = minute + timedelta(seconds=int(duration))
        return {**super().arguments(), "until": until}
