"""What people type to prove something. Rules stand in actions; forms keep what was typed."""

from django import forms
from django.utils.translation import gettext_lazy as _


class AddressForm(forms.Form):
    address = forms.CharField(
        label=_("Your e-mail address there"),
        max_length=254,
        help_text=_("We send a code to it. The address itself is not kept."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false", "placeholder": ""}),
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("The code in the mail"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}),
    )


class InvitationForm(forms.Form):
    code = forms.CharField(
        label=_("Invitation code"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
