from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from core.http import came_from


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A stale or missing CSRF token: say so, and offer the way back (browsers keep what was typed)."""
    if request.path.startswith("/api/"):
        return JsonResponse({"code": "csrf_failed", "status": 403, "title": "CSRF check failed"}, status=403)
    return render(request, "403_csrf.html", {"back": came_from(request)}, status=403)
