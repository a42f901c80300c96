"""A child asks, a guardian agrees."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import rules
from accounts.actions import guardians
from accounts.models import Guardianship


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """The child's side: the address to show to a guardian; and the children one agreed for."""
    if request.method == "POST":
        guardians.ask(child=request.user)
        return HttpResponseRedirect(reverse("accounts:guardian"))
    asked = Guardianship.objects.select_related("guardian").filter(child=request.user).first()
    context = {
        "needed": rules.needs_guardian(request.user),
        "asked": asked,
        "address": settings.SITE_URL + reverse("accounts:guardian_answer", args=[asked.code]) if asked else "",
        "wards": Guardianship.objects.filter(guardian=request.user).select_related("child__avatar"),
    }
    return render(request, "accounts/guardian.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, code: str) -> HttpResponse:
    """The guardian's side."""
    if request.method == "POST":
        if "withdraw" in request.POST:
            guardians.withdraw(guardian=request.user, code=code)
            messages.success(request, _("Taken back. The child can read, and no longer write."))
            return HttpResponseRedirect(reverse("accounts:guardian"))
        guardians.confirm(guardian=request.user, code=code)
        messages.success(request, _("Thank you. The child can write now."))
        return HttpResponseRedirect(request.path)
    found = guardians.find(code=code)
    decision = rules.can_guard(request.user, found.child)
    context = {"found": found, "decision": decision, "is_guardian": found.guardian_id == request.user.pk}
    return render(request, "accounts/guardian_answer.html", context)
