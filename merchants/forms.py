from django import forms
from django.utils.translation import gettext_lazy as _

from circles.forms import PICTURE_TYPES, SafeTextField
from circles.models import Category


class ApplicationForm(forms.Form):
    """What a business says about itself. The licence number is checked by the action."""

    name = SafeTextField(line=True, label=_("Name of your business"), min_length=2, max_length=30)
    licence_number = SafeTextField(
        line=True,
        label=_("Licence number"),
        max_length=40,
        help_text=_("The unified social credit code on your business licence: 18 characters."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    category = forms.ModelChoiceField(
        Category.objects.all(),
        label=_("Category"),
        required=False,
        empty_label=_("No particular one"),
        help_text=_("Where the circle of your fans is found."),
    )
    intro = SafeTextField(
        label=_("Introduction"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "data-autogrow": ""}),
        help_text=_("What should people know about you?"),
    )
    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": PICTURE_TYPES}),
        help_text=_("A square works best. JPEG, PNG or WebP."),
    )
