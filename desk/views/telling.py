"""What the desk lets its owner say: to all members, to newcomers, as rules; and the words that hold posts back."""

from uuid import UUID, uuid4

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from circles import rules as circle_rules
from circles.actions import circles, holding, telling
from circles.forms import SafeTextField
from circles.models import Circle, MemberNotice, Membership, Welcome, WordList
from circles.models.holding import WORD_MAX, WORDS_MAX
from circles.models.telling import WELCOME_MAX
from circles.views.access import circle_or_404, membership_of, signed_in
from core.errors import DomainError
from desk.rule_templates import TEMPLATES, chosen

NOTICES_SHOWN = 10


class AnnounceForm(forms.Form):
    body = SafeTextField(
        label=gettext_lazy("What all members shall read"),
        max_length=settings.POST_MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5, "data-autogrow": ""}),
        help_text=gettext_lazy("It becomes a post of the circle, and each member is told as their settings say."),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)


class WelcomeForm(forms.Form):
    text = SafeTextField(
        label=gettext_lazy("What newcomers read"),
        required=False,
        max_length=WELCOME_MAX,
        widget=forms.Textarea(attrs={"rows": 4, "data-autogrow": ""}),
        help_text=gettext_lazy("It comes into their inbox once, when they have joined. Empty: nothing is sent."),
    )
    is_on = forms.BooleanField(label=gettext_lazy("Send the welcome"), required=False, initial=True)


class RulesForm(forms.Form):
    rules = SafeTextField(
        label=gettext_lazy("Rules"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 8, "data-autogrow": ""}),
        help_text=gettext_lazy("What is welcome, and what is not."),
    )


class WordsForm(forms.Form):
    words = forms.CharField(
        label=gettext_lazy("Words, one a line"),
        required=False,
        max_length=WORDS_MAX * (WORD_MAX + 2),
        widget=forms.Textarea(attrs={"rows": 8, "data-autogrow": "", "spellcheck": "false"}),
        help_text=gettext_lazy(
            "Posts and comments in which one of them stands wait until somebody who looks after the circle has read"
            " them. Only you and they see the list."
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def announce(request: HttpRequest, slug: str) -> HttpResponse:
    """Tell all members something: once a day."""
    circle, membership = _seat(request, slug)
    circle_rules.can_tell_members(request.user, membership).require()
    form = AnnounceForm(request.POST if request.method == "POST" else None, initial={"key": uuid4()})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            key: UUID = form.cleaned_data["key"] or uuid4()
            try:
                notice = telling.announce(actor=request.user, circle=circle, key=key, body=form.cleaned_data["body"])
            except DomainError as error:
                form.add_error(error.field if error.field in form.fields else None, str(error))
            else:
                messages.success(request, _("Posted, and all members are being told."))
                return redirect(notice.post)
    rows = MemberNotice.objects.filter(circle=circle).select_related("post", "by").order_by("-id")
    notices = list(rows[:NOTICES_SHOWN])
    context = {
        "circle": circle,
        "form": form,
        "notices": notices,
        "told_today": any(row.day == timezone.localdate() for row in notices),
    }
    return render(request, "desk/announce.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def welcome(request: HttpRequest, slug: str) -> HttpResponse:
    circle, membership = _seat(request, slug)
    circle_rules.can_edit_circle(request.user, membership).require()
    known = Welcome.objects.filter(pk=circle.pk).first()
    initial = {"text": known.text, "is_on": known.is_on} if known else {"is_on": True}
    form = WelcomeForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            telling.set_welcome(actor=request.user, circle=circle, **form.cleaned_data)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("desk:desk", circle.slug)
    return _page(request, "desk/welcome.html", circle, form)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def rules(request: HttpRequest, slug: str) -> HttpResponse:
    """The circle's rules, to be written anew or begun from one of the templates (template=…)."""
    circle, membership = _seat(request, slug)
    circle_rules.can_edit_circle(request.user, membership).require()
    template = chosen(request.GET.get("template", ""))
    initial = {"rules": str(template.text) if template else circle.rules}
    form = RulesForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            circles.update(actor=request.user, circle=circle, rules=form.cleaned_data["rules"])
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("desk:desk", circle.slug)
    return _page(request, "desk/rules.html", circle, form, templates=TEMPLATES, chosen=template)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def words(request: HttpRequest, slug: str) -> HttpResponse:
    circle, membership = _seat(request, slug)
    circle_rules.can_edit_circle(request.user, membership).require()
    known = WordList.objects.filter(pk=circle.pk).first()
    form = WordsForm(
        request.POST if request.method == "POST" else None, initial={"words": "\n".join(known.words if known else [])}
    )
    if request.method == "POST" and form.is_valid():
        try:
            holding.set_words(actor=request.user, circle=circle, words=holding.split(form.cleaned_data["words"]))
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("desk:desk", circle.slug)
    return _page(request, "desk/words.html", circle, form)


def _seat(request: HttpRequest, slug: str) -> tuple[Circle, Membership | None]:
    circle = circle_or_404(request, slug)
    return circle, membership_of(request, circle.pk)


def _page(request: HttpRequest, template: str, circle: Circle, form: forms.Form, **more: object) -> HttpResponse:
    context = {"circle": circle, "form": form, **more}
    return render(request, template, context, status=422 if request.method == "POST" else 200)
