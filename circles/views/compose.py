"""Writing a post. Whatever goes wrong, the words and the good photos stay: on the page, and in a draft."""

from contextlib import suppress
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from circles import queries, rules
from circles.actions import posts, scheduling
from circles.composition import kind_of, moment, read
from circles.models import Circle, Draft, Post, PostKind
from circles.views.access import circle_or_404, membership_of, signed_in
from circles.views.composing import (
    Typed,
    composer,
    key_of,
    kind_fields,
    save_draft,
    settle_photos,
    typed_by,
    typed_in,
    with_more_options,
)
from circles.views.kept import kept_words
from core.errors import Decision, DomainError, Invalid, NotFound
from core.text.clean import clean

SHARED_MAX = 500
"""Characters that travel in an address."""


@require_safe
@signed_in
def anywhere(request: HttpRequest) -> HttpResponse:
    """Which circle shall it be? Remembers the draft one came with. Those that are closed to one's posts come last."""
    draft = _own_draft(request, request.GET.get("draft"))
    mine = queries.my_circles(viewer=request.user, limit=None)
    decision = rules.can_write(request.user)
    closed = {
        item.circle.pk for item in mine if decision and not rules.can_post(request.user, item.circle, item.membership)
    }
    context = {
        "decision": decision,
        "circles": sorted(mine, key=lambda item: item.circle.pk in closed),
        "closed": closed,
        "draft": draft,
        "shared": clean(request.GET.get("text", ""))[:SHARED_MAX],
        "unfinished": None if draft else queries.unfinished_draft(viewer=request.user),
    }
    return render(request, "circles/choose.html", context)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def share(request: HttpRequest) -> HttpResponse:
    """What another app shared, on its way to the composer. The service worker takes it before it comes here; without
    one the words go along in the address, and nothing is written: there is no token to trust."""
    sent = request.POST if request.method == "POST" else request.GET
    words = clean("\n".join(dict.fromkeys(filter(None, (sent.get(name, "") for name in ("title", "text", "url"))))))
    query = f"?{urlencode({'text': words[:SHARED_MAX]})}" if words else ""
    return redirect(f"{reverse('circles:compose_anywhere')}{query}")


@require_http_methods(["GET", "HEAD", "POST"])
def compose(request: HttpRequest, slug: str) -> HttpResponse:
    if request.method == "POST":
        return _send(request, slug)
    return _write(request, slug)


@signed_in
def _write(request: HttpRequest, slug: str) -> HttpResponse:
    circle = circle_or_404(request, slug)
    draft = _own_draft(request, request.GET.get("draft"))
    decision = rules.can_post(request.user, circle, membership_of(request, circle.pk))
    if draft is not None:
        return _page(request, circle, draft.pk, typed_in(draft), decision, draft=draft)
    unfinished = queries.unfinished_draft(viewer=request.user)
    words = clean(request.GET.get("text", ""))[:SHARED_MAX]
    typed = Typed(kind=kind_of(request.GET.get("kind")), words=words)
    return _page(request, circle, uuid4(), typed, decision, unfinished=unfinished)


def _send(request: HttpRequest, slug: str) -> HttpResponse:
    typed = typed_by(request)
    words = typed.words
    draft_id = key_of(request.POST.get("draft")) or uuid4()
    if not request.user.is_authenticated:
        return kept_words(request, words, _("You are no longer logged in."), status=403, login_to=request.path)
    if sent := Post.objects.filter(author=request.user, key=draft_id).first():
        return redirect(sent)
    if Draft.objects.filter(pk=draft_id).exclude(author=request.user).exists():
        return kept_words(request, words, _("This draft is not yours."), status=404)
    circle = queries.visible_circle(slug, request.user)
    if circle is None:
        _keep(request, draft_id, None, typed)
        return kept_words(request, words, _("This circle is no longer here."), status=404, other_circle=draft_id)
    decision = rules.can_post(request.user, circle, membership_of(request, circle.pk))
    if not decision:
        _keep(request, draft_id, circle, typed)
        return _page(request, circle, draft_id, typed, decision, status=403)
    try:
        problems = settle_photos(request, draft_id, circle)
        if not problems:
            return _act(request, circle, draft_id, typed)
        _keep(request, draft_id, circle, typed)
        return _page(request, circle, draft_id, typed, decision, problems=problems, status=422)
    except Invalid as error:
        _keep(request, draft_id, circle, typed)
        return _page(request, circle, draft_id, typed, decision, error=error, status=422)
    except NotFound as error:
        _keep(request, draft_id, None, typed)
        return kept_words(request, words, str(error), status=404, other_circle=draft_id)
    except DomainError as error:
        _keep(request, draft_id, circle, typed)
        refused = Decision(False, error.code, str(error), error.details)
        return _page(request, circle, draft_id, typed, refused, status=error.status)


def _act(request: HttpRequest, circle: Circle, draft_id: UUID, typed: Typed) -> HttpResponse:
    """What the button that was pressed says: publish, schedule, keep as a draft, or go on with another kind, another
    order of photos or more options."""
    do = request.POST.get("do", "")
    here = f"{request.path}?{urlencode({'draft': draft_id})}"
    if do == "publish" or not (do or request.POST.get("kind_to") or request.POST.get("move")):
        what = read(typed.kind, typed.title, typed.words, typed.fields)
        post = posts.compose(author=request.user, circle=circle, key=draft_id, what=what)
        if post.is_held:
            messages.info(request, _("It waits to be read by those who look after the circle."))
        else:
            messages.success(request, _("Posted."))
        return redirect(post)
    if request.POST.get("kind_to"):
        typed = replace(typed, kind=kind_of(request.POST["kind_to"]))
    if do == "more_options":
        typed = with_more_options(typed)
    save_draft(request, draft_id, circle, typed)
    if do == "schedule":
        publish_at = moment(typed.fields, "publish_at")
        if publish_at is None:
            raise Invalid("bad_moment", _("Choose when it is to be published."), field="publish_at")
        scheduling.schedule(author=request.user, draft_id=draft_id, publish_at=publish_at)
        messages.success(request, _("It will publish itself at that time."))
        return redirect("circles:drafts")
    if do == "save":
        messages.success(request, _("Kept among your drafts."))
        return redirect("circles:drafts")
    return redirect(here)


def _keep(request: HttpRequest, draft_id: UUID, circle: Circle | None, typed: Typed) -> None:
    """Save the draft where that is possible; the words stand on the page in any case."""
    with suppress(DomainError):
        save_draft(request, draft_id, circle, typed)


def _page(
    request: HttpRequest,
    circle: Circle,
    draft_id: UUID,
    typed: Typed,
    decision: Decision,
    *,
    error: Invalid | None = None,
    problems: list[str] | None = None,
    unfinished: Draft | None = None,
    draft: Draft | None = None,
    status: int = 200,
) -> HttpResponse:
    said = str(error) if error is not None else ""
    place = error.field if error is not None else ""
    context: dict[str, Any] = {"circle": circle, "decision": decision, "scheduled": draft.publish_at if draft else None}
    context |= composer(
        request,
        draft_id,
        typed.words,
        error=said if place in ("body", None) else "",
        problems=problems,
        unfinished=unfinished,
        max_length=settings.ARTICLE_MAX_LENGTH if typed.kind == PostKind.ARTICLE else settings.POST_MAX_LENGTH,
    )
    context |= kind_fields(typed, circle, errors={place: said} if place else {})
    context["problem"] = draft.problem if draft else ""
    if status == 200 and not decision and not typed.words:
        status = 403
    return render(request, "circles/compose.html", context, status=status)


def _own_draft(request: HttpRequest, text: str | None) -> Draft | None:
    """The draft an address names. 404 for somebody else's, as for an unknown one."""
    if not text:
        return None
    key = key_of(text)
    draft = Draft.objects.filter(pk=key, author=request.user).first() if key else None
    if draft is None:
        raise Http404
    return draft
