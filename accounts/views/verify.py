from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from accounts.actions import identity
from accounts.forms import VerifyForm, to_form
from accounts.identity.provider import current
from accounts.identity.sandbox import SandboxProvider, invented_number
from accounts.models import IdentityCheck, IdentityCheckState
from core.errors import DomainError
from core.http import came_from


@sensitive_post_parameters("name", "number")
@sensitive_variables("form")
@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Prove who one is, then go on to `next`."""
    form = VerifyForm(request.POST or None)
    onward = came_from(request, reverse("accounts:me"))
    if request.path in onward:
        onward = reverse("accounts:me")
    if request.method == "POST" and form.is_valid():
        try:
            check = identity.verify(
                user=request.user, name=form.cleaned_data["name"], number=form.cleaned_data["number"]
            )
        except DomainError as error:
            to_form(error, form)
        else:
            if check.state == IdentityCheckState.APPROVED:
                messages.success(request, _("You are verified. Welcome!"))
                return HttpResponseRedirect(onward)
            return HttpResponseRedirect(request.get_full_path())
    pending = IdentityCheck.objects.filter(user=request.user, state=IdentityCheckState.PENDING).exists()
    return render(
        request,
        "accounts/verify.html",
        {
            "form": form,
            "next": onward,
            "pending": pending,
            "invented_number": invented_number() if isinstance(current(), SandboxProvider) else "",
        },
        status=422 if form.errors else 200,
    )
