from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from circles.models import Category, Circle, CircleKind
from core.text.clean import clean, clean_line

PICTURE_TYPES = "image/jpeg,image/png,image/webp"


class SafeTextField(forms.CharField):
    """Text as core.text stores it: what cannot be stored is dropped instead of refused."""

    def __init__(self, *, line: bool = False, **kwargs: Any) -> None:
        self.line = line
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        return clean_line(text) if self.line else clean(text)


class CircleForm(forms.Form):
    """What an owner says about a circle. Pictures are checked by core.media when the view takes them in."""

    name = SafeTextField(line=True, label=_("Name"), min_length=2, max_length=30)
    intro = SafeTextField(
        label=_("Introduction"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "data-autogrow": ""}),
        help_text=_("What do people share here?"),
    )
    category = forms.ModelChoiceField(Category.objects.all(), label=_("Category"), empty_label=None)
    rules = SafeTextField(
        label=_("Rules"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "data-autogrow": ""}),
        help_text=_("What is welcome, and what is not."),
    )
    slug = forms.CharField(
        label=_("Address"),
        max_length=40,
        required=False,
        help_text=_("The last part of the circle's link. Leave it empty and we choose one."),
        widget=forms.TextInput(attrs={"placeholder": "city-walks", "autocapitalize": "none", "autocomplete": "off"}),
    )
    masks_authors = forms.BooleanField(
        label=_("Authors appear under pseudonyms"),
        required=False,
        help_text=_(
            "For circles where people need cover. In threads begun from now on nobody sees who writes, you neither; two"
            " administrators together can find out, with a reason. Older threads stay as they are."
        ),
    )
    avatar = forms.FileField(
        label=_("Picture of the circle"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": PICTURE_TYPES}),
        help_text=_("A square works best. JPEG, PNG or WebP."),
    )
    cover = forms.FileField(
        label=_("Cover"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": PICTURE_TYPES}),
        help_text=_("A wide picture for the top of the page."),
    )

    def __init__(self, *args: Any, circle: Circle | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if circle is not None:
            del self.fields["slug"]
        if circle is None or circle.kind != CircleKind.INTEREST:
            del self.fields["masks_authors"]
