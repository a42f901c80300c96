from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import queries
from accounts.actions import profile as profiles
from accounts.following import standing
from accounts.forms import ProfileForm, to_form
from accounts.models import IdentityCheck, User
from core.errors import DomainError, Invalid
from core.media import pictures


@login_required
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    checks = IdentityCheck.objects.open().filter(user=request.user)
    return render(
        request,
        "accounts/me.html",
        {
            "person": request.user,
            "standing": standing(request.user, request.user),
            "check_pending": not request.user.is_verified and checks.exists(),
        },
    )


@require_safe
def profile(request: HttpRequest, username: str) -> HttpResponse:
    """Somebody as others see them. What they posted is loaded by the page, from the app that knows posts."""
    person = get_object_or_404(User.objects.active().select_related("avatar"), username=username)
    context = {"person": person, "standing": standing(request.user, person)}
    return render(request, "accounts/profile.html", context | {"distance": queries.distance_to(request.user, person)})


@require_safe
def about(request: HttpRequest, username: str) -> HttpResponse:
    """What somebody says and shows of themselves."""
    person = get_object_or_404(User.objects.active().select_related("avatar"), username=username)
    context = {"person": person, "standing": standing(request.user, person)}
    return render(request, "accounts/about.html", context | {"distance": queries.distance_to(request.user, person)})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_profile(request: HttpRequest) -> HttpResponse:
    user = request.user
    has_avatar = user.avatar_id is not None
    if request.method != "POST":
        form = ProfileForm(initial={"nickname": user.nickname, "bio": user.bio}, has_avatar=has_avatar)
        return render(request, "accounts/edit_profile.html", {"form": form, "person": user})

    form = ProfileForm(request.POST, request.FILES, has_avatar=has_avatar)
    shown = User.objects.select_related("avatar").get(pk=user.pk)
    form.full_clean()
    try:
        if upload := form.cleaned_data.get("avatar"):
            picture = pictures.take_in(owner_id=user.pk, upload=upload, field="avatar")
            # Kept at once: a browser forgets the chosen file when another field sends the form back.
            profiles.update(user=shown, nickname=shown.nickname, bio=shown.bio, avatar=picture)
    except Invalid as error:
        to_form(error, form)
    if form.is_valid():
        removes = form.cleaned_data.get("remove_avatar", False) and not form.cleaned_data["avatar"]
        try:
            profiles.update(
                user=user,
                nickname=form.cleaned_data["nickname"],
                bio=form.cleaned_data["bio"],
                avatar=None if removes else shown.avatar,
                remove_avatar=removes,
            )
        except DomainError as error:
            to_form(error, form)
        else:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(reverse("accounts:me"))
    return render(request, "accounts/edit_profile.html", {"form": form, "person": shown}, status=422)
