"""Forms of an institution's desk. Rules stand in actions; forms keep what was typed."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.validators import FileExtensionValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import FactKind, Institution

LAST_DAY_FARTHEST = timedelta(days=5 * 366)


class TermsForm(forms.Form):
    """What is said of people, and until when. `institution` narrows what can be said."""

    kind = forms.ChoiceField(label=_("These people are"))
    graduates = forms.DateField(
        label=_("Expected graduation"),
        required=False,
        help_text=_("For students. Left empty, they prove it again every autumn."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    note = forms.CharField(label=_("Note for yourselves"), max_length=60, required=False)

    def __init__(self, *args: Any, institution: Institution, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind: Any = self.fields["kind"]
        kind.choices = [(kind.value, FactKind(kind).label) for kind in institution.kinds]
        if FactKind.STUDENT not in institution.kinds:
            del self.fields["graduates"]

    def terms(self) -> dict[str, Any]:
        """What the actions are called with."""
        return {
            "kind": self.cleaned_data["kind"],
            "graduates": self.cleaned_data.get("graduates"),
            "note": self.cleaned_data["note"],
        }


class BatchForm(TermsForm):
    count = forms.IntegerField(label=_("How many codes"), min_value=1, max_value=500, initial=20)
    uses_max = forms.IntegerField(
        label=_("People for each code"),
        min_value=1,
        max_value=5000,
        initial=1,
        help_text=_("1: everybody gets their own."),
    )
    last_day = forms.DateField(
        label=_("Usable until"),
        initial=lambda: timezone.localdate() + timedelta(days=30),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    field_order = ("kind", "count", "uses_max", "last_day", "graduates", "note")

    def clean_last_day(self) -> date:
        day: date = self.cleaned_data["last_day"]
        if day > timezone.localdate() + LAST_DAY_FARTHEST:
            raise forms.ValidationError(_("Choose a day within five years."))
        return day

    def expires_at(self) -> datetime:
        """The end of that day, here."""
        day = self.cleaned_data["last_day"] + timedelta(days=1)
        return datetime.combine(day, time(), timezone.get_default_timezone())


class RosterForm(TermsForm):
    file = forms.FileField(
        label=_("CSV file"),
        validators=[FileExtensionValidator(["csv", "txt"])],
        help_text=_(
            "A first row that names the columns: name and number (ID number), or email; graduation if you know it. "
            "We turn it into fingerprints at once and keep nothing of it."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )

    field_order = ("file", "kind", "graduates", "note")


class KeyForm(forms.Form):
    note = forms.CharField(label=_("What it is for"), max_length=60, required=False)


class LeaverForm(forms.Form):
    """Somebody an institution knows, by e-mail address or by name and ID number."""

    address = forms.CharField(
        label=_("E-mail address"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    name = forms.CharField(
        label=_("Or the name on the ID card"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    number = forms.CharField(
        label=_("and the ID number"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("The person reads it."))


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("The person reads it."), widget=forms.Textarea(attrs={"rows": 3})
    )
