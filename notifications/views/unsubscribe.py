"""The link at the foot of every mail."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from merchants.models import Merchant
from notifications import tokens
from notifications.actions import unsubscribe as actions


@csrf_exempt  # a mail program posts here by itself (RFC 8058); the signed token says who and what
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, so that programs which look at links change nothing; POST turns it off, logged in or not."""
    user_id, scope = tokens.read(token)
    done = request.method == "POST"
    if done:
        actions.unsubscribe(user_id=user_id, scope=scope)
    return render(request, "notifications/unsubscribe.html", {"what": _what(scope), "done": done})


def _what(scope: str) -> str:
    kind, _colon, number = scope.partition(":")
    if kind == tokens.MERCHANT:
        merchant = Merchant.objects.filter(pk=int(number)).first() if number.isdigit() else None
        return _("Announcements of %(name)s") % {"name": merchant.name if merchant else "…"}
    return _("The digest") if kind == tokens.DIGEST else _("Replies, mentions and comments")
