"""Announcing in two steps: write, then look at it once more and send it to all. A draft keeps it in between."""

from contextlib import suppress
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.queries import mention_urls
from circles import queries as circle_queries
from circles.actions import drafts
from circles.models import Draft
from circles.views.access import signed_in
from circles.views.composing import composer, key_of, settle_photos
from circles.views.kept import kept_words
from core.errors import Decision, DomainError, Invalid, Refused
from core.text.clean import clean, require_length
from core.text.render import render as render_text
from merchants import queries, rules
from merchants.actions import announcements
from merchants.models import Announcement, Merchant
from merchants.views.access import merchant_or_404


@require_http_methods(["GET", "HEAD", "POST"])
def announce(request: HttpRequest, slug: str) -> HttpResponse:
    return _take(request, slug) if request.method == "POST" else _write(request, slug)


def _take(request: HttpRequest, slug: str) -> HttpResponse:
    """What was written, or the word that it shall be sent. Who may no longer announce gets the words back."""
    words = clean(request.POST.get("body", ""))
    if not request.user.is_authenticated:
        return kept_words(request, words, _("You are no longer logged in."), status=403, login_to=request.path)
    merchant = _visible(request, slug).first()
    if merchant is None:
        return kept_words(request, words, _("This page is no longer here."), status=404)
    decision = _decision(request, merchant)
    if not decision:
        return kept_words(request, words, str(decision.message), status=403)
    if "confirmed" in request.POST:
        return _send(request, merchant)
    return _look_again(request, merchant, words)


@signed_in
def _write(request: HttpRequest, slug: str) -> HttpResponse:
    merchant = merchant_or_404(request, slug)
    _decision(request, merchant).require()
    if wanted := request.GET.get("draft"):
        draft = _own_draft(request, key_of(wanted))
        if draft is None:
            raise Http404
        return _page(request, merchant, draft.pk, draft.body)
    last = circle_queries.unfinished_draft(viewer=request.user)
    unfinished = last if last is not None and last.circle_id == merchant.circle_id else None
    return _page(request, merchant, uuid4(), "", unfinished=unfinished)


def _look_again(request: HttpRequest, merchant: Merchant, words: str) -> HttpResponse:
    """Keep the draft, and show what would be sent and how many it reaches."""
    draft_id = key_of(request.POST.get("draft")) or uuid4()
    if (sent := _sent_before(request, merchant, draft_id)) is not None:
        return redirect(sent.post)
    if Draft.objects.filter(pk=draft_id).exclude(author=request.user).exists():
        draft_id = uuid4()
    try:
        problems = settle_photos(request, draft_id, merchant.circle)
        drafts.save(author=request.user, draft_id=draft_id, circle=merchant.circle, body=words)
        require_length(words, most=settings.POST_MAX_LENGTH, field="body")
        photos = circle_queries.draft_photos(viewer=request.user, draft_id=draft_id)
        if not words and not photos and not problems:
            raise Invalid("empty_post", _("Write something or add a photo."), field="body")
    except DomainError as error:
        with suppress(DomainError):
            drafts.save(author=request.user, draft_id=draft_id, circle=merchant.circle, body=words)
        return _page(request, merchant, draft_id, words, error=str(error), status=422)
    if problems:
        return _page(request, merchant, draft_id, words, problems=problems, status=422)
    return _confirm_page(request, merchant, draft_id, words)


def _send(request: HttpRequest, merchant: Merchant) -> HttpResponse:
    draft_id = key_of(request.POST.get("draft"))
    if draft_id is not None and _sent_before(request, merchant, draft_id) is not None:
        return redirect(merchant)
    draft = _own_draft(request, draft_id)
    if draft is None:
        raise Refused("draft_gone", _("This announcement is no longer here. Please write it again."), status=409)
    try:
        announcement = announcements.publish(author=request.user, merchant=merchant, key=draft.pk, body=draft.body)
    except DomainError as error:
        return _page(request, merchant, draft.pk, draft.body, error=str(error), status=error.status)
    fans = announcement.fan_count
    text = ngettext("Sent to %(fans)s fan.", "Sent to %(fans)s fans.", fans) % {"fans": f"{fans:,}"}
    messages.success(request, text)
    return redirect(merchant)


def _page(
    request: HttpRequest,
    merchant: Merchant,
    draft_id: UUID,
    words: str,
    *,
    error: str = "",
    problems: list[str] | None = None,
    unfinished: Draft | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {"merchant": merchant, "unfinished_key": str(unfinished.pk) if unfinished else ""}
    context |= composer(request, draft_id, words, error=error, problems=problems, unfinished=unfinished)
    return render(request, "merchants/announce.html", context, status=status)


def _confirm_page(request: HttpRequest, merchant: Merchant, draft_id: UUID, words: str) -> HttpResponse:
    context = {
        "merchant": merchant,
        "draft_id": draft_id,
        "draft_key": str(draft_id),
        "html": render_text(words, mentions=mention_urls(words)),
        "photos": circle_queries.draft_photos(viewer=request.user, draft_id=draft_id),
    }
    return render(request, "merchants/confirm.html", context)


def _visible(request: HttpRequest, slug: str) -> "QuerySet[Merchant]":
    return queries.with_pictures(Merchant.objects.visible_to(request.user)).filter(slug=slug)


def _decision(request: HttpRequest, merchant: Merchant) -> Decision:
    return rules.can_announce(request.user, merchant, is_staff=queries.is_staff(request.user, merchant))


def _sent_before(request: HttpRequest, merchant: Merchant, key: UUID) -> Announcement | None:
    sent = Announcement.objects.filter(merchant=merchant, post__author=request.user, post__key=key)
    return sent.select_related("post").first()


def _own_draft(request: HttpRequest, key: UUID | None) -> Draft | None:
    return Draft.objects.filter(pk=key, author=request.user).first() if key else None
