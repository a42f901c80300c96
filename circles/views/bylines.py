"""Under which name one appears in a circle."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from circles.actions import bylines
from circles.forms import PICTURE_TYPES
from circles.models import Membership
from circles.views.access import circle_or_404, signed_in
from core.errors import DomainError
from core.media import pictures


class BylineForm(forms.Form):
    """Only carries what was typed: the action says what a nickname is."""

    nickname = forms.CharField(
        label=gettext_lazy("Nickname in this circle"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": 20}),
        help_text=gettext_lazy("2 to 20 letters, digits, hyphens or underscores. Empty: your usual one."),
    )
    avatar = forms.FileField(
        label=gettext_lazy("Picture in this circle"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": PICTURE_TYPES}),
        help_text=gettext_lazy("Without one the first letter of the nickname is shown."),
    )
    remove_avatar = forms.BooleanField(label=gettext_lazy("Remove my picture"), required=False)
    linked = forms.BooleanField(
        label=gettext_lazy("The name leads to my profile"),
        required=False,
        help_text=gettext_lazy(
            "Off: from here nobody finds your profile, and your profile does not list what you write here."
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def me(request: HttpRequest, slug: str) -> HttpResponse:
    """My nickname and picture in this circle."""
    circle = circle_or_404(request, slug)
    found = (
        Membership.objects.active().filter(user=request.user, circle=circle).select_related("user__avatar", "avatar")
    )
    membership = found.first()
    if membership is None:
        messages.info(request, _("Please join the circle first."))
        return redirect(circle)
    if request.method != "POST":
        form = BylineForm(initial={"nickname": membership.nickname, "linked": membership.is_linked})
        return _page(request, circle, membership, form)
    form = BylineForm(request.POST, request.FILES)
    form.full_clean()
    try:
        upload = form.cleaned_data.get("avatar")
        picture = pictures.take_in(owner_id=request.user.pk, upload=upload, field="avatar") if upload else None
        bylines.choose(
            user=request.user,
            circle=circle,
            nickname=form.cleaned_data.get("nickname", ""),
            linked=form.cleaned_data.get("linked", False),
            avatar=picture,
            remove_avatar=form.cleaned_data.get("remove_avatar", False) and picture is None,
        )
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return _page(request, circle, membership, form)
    messages.success(request, _("Saved. What you wrote here follows within moments."))
    return HttpResponseRedirect(request.path)


def _page(request: HttpRequest, circle: object, membership: Membership, form: BylineForm) -> HttpResponse:
    context = {"circle": circle, "membership": membership, "form": form}
    return render(request, "circles/me.html", context, status=422 if form.errors else 200)
