from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.identity import reads
from accounts.models import Fact, IdentityEvent


@never_cache
@login_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What we know about somebody, who looked, and who sees what."""
    events = reads.happenings(request.user)
    return render(
        request,
        "accounts/privacy.html",
        {
            "person": request.user,
            "identity": reads.identity_of(request.user),
            "check": reads.pending_check(request.user),
            "facts": list(Fact.objects.valid().filter(user=request.user).select_related("institution")),
            "looks": [one for one in events if one.what == IdentityEvent.What.LOOKED],
            "events": [one for one in events if one.what != IdentityEvent.What.LOOKED],
        },
    )
