from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from circles.models import Category, Circle, CircleKind, Entry, Visibility
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
    purpose = SafeTextField(
        label=_("Purpose"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "data-autogrow": ""}),
        help_text=_("Whom is it for, and what shall happen in it? Only the team of this site reads this, to decide."),
    )
    visibility = forms.ChoiceField(
        label=_("Who may read"), choices=Visibility.choices, required=False, initial=Visibility.PUBLIC
    )
    entry = forms.ChoiceField(label=_("How people join"), choices=Entry.choices, required=False, initial=Entry.OPEN)
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

    def __init__(self, *args: Any, circle: Circle | None = None, is_owner: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if circle is not None:
            for name in ("slug", "purpose", "visibility", "entry"):
                del self.fields[name]
        elif not settings.CIRCLE_FOUNDING_REVIEW:
            del self.fields["purpose"]
        else:
            self.fields["purpose"].required = True
        if circle is None or circle.kind != CircleKind.INTEREST or not is_owner:
            del self.fields["masks_authors"]

    def clean_visibility(self) -> str:
        return self.cleaned_data["visibility"] or Visibility.PUBLIC

    def clean_entry(self) -> str:
        return self.cleaned_data["entry"] or Entry.OPEN


class DoorsForm(forms.Form):
    """Who may read, and how people join."""

    visibility = forms.ChoiceField(label=_("Who may read"), choices=Visibility.choices, widget=forms.RadioSelect)
    entry = forms.ChoiceField(label=_("How people join"), choices=Entry.choices, widget=forms.RadioSelect)
    questions = forms.CharField(
        label=_("Questions for whoever applies"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "data-autogrow": ""}),
        help_text=_("One a line, up to five. Their answers are kept with the application."),
    )
    member_cap = forms.IntegerField(
        label=_("Members at most"),
        required=False,
        min_value=1,
        max_value=10_000_000,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        help_text=_("Leave it empty for as many as come. Everybody sees it."),
    )


class InvitationForm(forms.Form):
    DAYS = [(1, _("1 day")), (7, _("7 days")), (30, _("30 days")), (90, _("90 days"))]

    days = forms.TypedChoiceField(label=_("Valid for"), choices=DAYS, coerce=int, initial=7)
    uses_max = forms.IntegerField(
        label=_("For how many people"),
        required=False,
        min_value=1,
        max_value=10_000,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        help_text=_("Leave it empty for any number."),
    )
    note = SafeTextField(
        line=True, label=_("Note"), max_length=40, required=False, help_text=_("For yourself: whom or what it is for.")
    )
