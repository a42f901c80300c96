"""What people type and photograph to show who they are. The forms only carry it: accounts.identity.claim judges it."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.identity import countries
from accounts.identity.provider import Provider
from accounts.models import Document

_PLAIN = {"autocomplete": "off", "spellcheck": "false"}


class _Photos(forms.FileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Any number of files; how many are allowed is said by the action."""

    widget = _Photos(attrs={"multiple": True, "accept": "image/jpeg,image/png,image/webp"})

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        return [super(PhotosField, self).clean(one, initial) for one in data or [] if one]


class VerifyForm(forms.Form):
    """For one kind of document and one provider, which are not typed but chosen by links."""

    name = forms.CharField(
        label=pgettext_lazy("of a person", "Name"),
        max_length=200,
        help_text=_("As it stands on your ID card."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    number = forms.CharField(
        label=_("ID number"),
        max_length=200,
        help_text=_("18 characters; the last may be an X."),
        widget=forms.TextInput(attrs={**_PLAIN, "autocapitalize": "characters"}),
    )
    country = forms.ChoiceField(label=_("Issued by"))
    born = forms.DateField(label=_("Date of birth"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    valid_until = forms.DateField(
        label=_("Valid until"),
        help_text=_("The last day printed on it. We will ask you in time before it runs out."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    mrz = forms.CharField(
        label=_("Lower line of the photo page"),
        required=False,
        max_length=200,
        help_text=_("The last line at the bottom, 44 characters with many “<”. With it slips are found at once."),
        widget=forms.TextInput(attrs={**_PLAIN, "autocapitalize": "characters"}),
    )
    photos = PhotosField(
        label=_("Photos of the document"),
        help_text=_("The pages with your picture and name, sharp and whole. Deleted as soon as it is decided."),
    )

    def __init__(self, *args: Any, document: str, provider: Provider, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if document == Document.PASSPORT:
            self.fields["country"].choices = [("", _("Please choose")), *countries.choices()]  # type: ignore[attr-defined]
            self.fields["name"].help_text = _("As it stands on your passport: given names, then family name.")
            self.fields["number"].label = _("Passport number")
            self.fields["number"].help_text = _("5 to 9 letters and digits.")
        else:
            for name in ("country", "born", "mrz", "valid_until"):
                del self.fields[name]
        if not provider.wants_photos:
            del self.fields["photos"]

    def claimed(self) -> dict[str, Any]:
        """What `actions.identity.verify` is called with, but for photos."""
        return {name: value for name, value in self.cleaned_data.items() if name != "photos"}
