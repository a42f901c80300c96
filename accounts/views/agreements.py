"""The terms, the privacy notice, and agreeing to a new version of them."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions import consents
from accounts.portability import shares
from core.errors import DomainError
from core.http import came_from
from core.numbers import whole_number


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/terms.html", {"version": settings.AGREEMENT_VERSION})


@require_safe
def privacy_notice(request: HttpRequest) -> HttpResponse:
    keeps = [kept for share in shares() for kept in share.keeps]
    return render(request, "accounts/privacy_notice.html", {"version": settings.AGREEMENT_VERSION, "keeps": keeps})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def agree(request: HttpRequest) -> HttpResponse:
    onward = came_from(request, reverse("home"))
    if request.path in onward:
        onward = reverse("home")
    if request.user.agreed_version >= settings.AGREEMENT_VERSION:
        return HttpResponseRedirect(onward)
    if request.method == "POST":
        version = request.POST.get("version", "")
        try:
            consents.agree(user=request.user, version=whole_number(version, at_most=10**9) or 0)
        except DomainError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(request.get_full_path())
        messages.success(request, _("Thank you."))
        return HttpResponseRedirect(onward)
    context = {"version": settings.AGREEMENT_VERSION, "is_first": request.user.agreed_version == 0, "next": onward}
    return render(request, "accounts/agree.html", context)
