from functools import cache

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.viewer import reads_ahead, viewer_of
from circles import governing, queries, rules
from circles.ahead import CircleAhead, circle_ahead
from circles.cards import Html, HtmlCard, front_page, joined, stacked
from circles.fresh import place_of
from circles.gates.words import shown_gates
from circles.heads import circle_head
from circles.models import Circle, Entry, Membership, Power, Role, Shelf
from circles.shown import (
    ASKING,
    CircleShown,
    MembershipShown,
    circle_shown,
    circle_tabs,
    daily_shown,
    membership_shown,
    refusal,
)
from circles.views.fresh import sign
from circles.views.paging import cursor_of, is_more, next_url
from core.errors import Decision
from core.frames import Frame
from core.pagination import Page
from core.parts import Part, draw

TABS = ("latest", "featured")
IN_CIRCLE = Html(show_circle=False)

PAGE = Frame(
    "circles/circle.html",
    kept=("may_write",),
    holes=(
        "name",
        "search_url",
        "compose_url",
        "head",
        "tabs",
        "gates",
        "daily",
        "hurdle",
        "new_posts",
        "feed_link",
        "read_url",
        "pinned",
        "posts",
        "aside",
    ),
)
HEAD = Part("components/_circle_header.html", kept=("circle", "membership", "menu"))
HEAD_TABS = Part("components/_tabs.html", kept=("items", "label"))
DAILY = Part(
    "circles/partials/_daily.html",
    kept=("signed_in", "has_grade", "has_streak"),
    holes=("circle_url", "grade", "title", "streak"),
)
HURDLE = Part("circles/partials/_hurdle.html", kept=("decision", "circle", "has_asked"))
NEW_POSTS = Part("components/_new_posts.html", holes=("poll_url",))
FEED_LINK = Part("circles/partials/_feed_link.html", holes=("url", "name"))
NO_POSTS = Part("circles/partials/_no_posts.html", kept=("tab", "may_write"), holes=("compose_url",))
FIRST_STEPS = Part("circles/partials/_first_steps.html", holes=("circle_url", "compose_url"))
ASIDE = Part("circles/partials/_circle_aside.html", kept=("circle",))
COMMON_HURDLES = ("not_member", "not_verified")
"""What many are told in the same words."""


@require_safe
@reads_ahead(circle_ahead)
def circle(request: HttpRequest, slug: str, *, ahead: CircleAhead) -> HttpResponse:
    """A circle's home: what it is, and its posts, newest first or the featured ones."""
    found = ahead.head or circle_head(slug, viewer_of(request), maybe_open=ahead.maybe_open)
    if found is None:
        raise Http404
    circle = found.circle
    pinned: list[HtmlCard]
    tab = request.GET.get("tab", TABS[0])
    tab = tab if tab in TABS else TABS[0]
    shelves = list(circle.shelves.all()) if tab == "featured" else []
    if (shelf := _shelf(request, shelves)) is not None:
        rows = queries.listed_posts(circle, request.user, tab).filter(shelf=shelf)
        page = queries.card_page(rows, request.user, cursor_of(request), size=settings.FEED_PAGE_SIZE, shape=IN_CIRCLE)
        pinned = []
    elif cursor := cursor_of(request):
        page = queries.circle_posts(circle, request.user, tab, cursor, size=settings.FEED_PAGE_SIZE, shape=IN_CIRCLE)
        pinned = []
    else:
        pinned, page = front_page(circle, request.user, tab, size=settings.FEED_PAGE_SIZE, rows=ahead.rows)
    if is_more(request):
        return HttpResponse(stacked(page.items, next_url(request, page.next_cursor)))
    return _answer(request, circle, found.membership, tab, pinned, page, _chips(request, circle, shelves, shelf))


def _shelf(request: HttpRequest, shelves: list[Shelf]) -> Shelf | None:
    """The one of the featured page's shelves that an address asks for."""
    return next((shelf for shelf in shelves if str(shelf.pk) == request.GET.get("shelf")), None)


def _chips(request: HttpRequest, circle: Circle, shelves: list[Shelf], chosen: Shelf | None) -> SafeString:
    if not shelves:
        return SafeString()
    url = f"{circle.get_absolute_url()}?tab=featured"
    items = [{"label": _("All"), "url": url, "current": chosen is None}]
    items += [{"label": row.name, "url": f"{url}&shelf={row.pk}", "current": row == chosen} for row in shelves]
    html = draw("components/_chips.html", {"items": items, "label": _("Shelves")})
    return mark_safe(html)  # noqa: S308 - our template


def _answer(
    request: HttpRequest,
    circle: Circle,
    membership: Membership | None,
    tab: str,
    pinned: list[HtmlCard],
    page: Page[HtmlCard],
    chips: SafeString,
) -> HttpResponse:
    shown = circle_shown(circle)
    compose_url = f"{shown.get_absolute_url}post/"
    decision = rules.can_post(request.user, circle, membership)
    may_write = bool(decision)
    if page.items:
        posts = stacked(page.items, next_url(request, page.next_cursor))
    elif pinned:
        posts = []
    else:
        posts = _no_posts(membership, shown, tab, may_write, compose_url)
    mine = membership_shown(membership, waiting=_waiting(circle, membership))
    if decision.code == "not_member" and governing.has_asked(circle, request.user):
        mine = ASKING
    return PAGE.answer(
        request,
        may_write=may_write,
        name=circle.name,
        search_url=f"{_search_address()}?circle={circle.slug}",
        compose_url=compose_url,
        head=HEAD(circle=shown, membership=mine, menu="circles/partials/_circle_menu.html"),
        tabs=HEAD_TABS(items=circle_tabs(shown.get_absolute_url, tab), label=_("Posts of this circle")),
        gates=_gates_of(request, circle, shown, decision) if circle.gates else "",
        daily=_daily_of(request, circle, membership, shown),
        hurdle="" if may_write or decision.code == "gate_closed" else _hurdle_of(request, decision, shown, mine),
        new_posts=_new_posts(request, circle, tab, page),
        feed_link=FEED_LINK(url=f"{shown.get_absolute_url}feed/", name=circle.name) if shown.is_public else "",
        read_url=f"{shown.get_absolute_url}read/" if _is_read(request, membership, tab, page) else "",
        pinned=[chips.encode(), *joined(pinned)],
        posts=posts,
        aside=ASIDE(circle=shown),
    )


def _no_posts(
    membership: Membership | None, shown: CircleShown, tab: str, may_write: bool, compose_url: str
) -> SafeString:
    """What stands in place of posts; for the owner of a circle that is still empty, what to do first."""
    if tab == TABS[0] and may_write and membership is not None and membership.role == Role.OWNER:
        return FIRST_STEPS(circle_url=shown.get_absolute_url, compose_url=compose_url)
    return NO_POSTS(tab=tab, may_write=may_write, compose_url=compose_url)


def _waiting(circle: Circle, membership: Membership | None) -> int:
    """How many ask to join, for whoever decides it: nobody else's page asks."""
    if circle.entry != Entry.APPLY or membership is None or not membership.may(Power.ADMIT):
        return 0
    return governing.waiting_count(circle)


def _new_posts(request: HttpRequest, circle: Circle, tab: str, page: Page[HtmlCard]) -> SafeString:
    """Has the page ask for what comes above its first post. Not to visitors, nor on pages further down."""
    if not page.items or not request.user.is_authenticated or cursor_of(request):
        return SafeString()
    return NEW_POSTS(poll_url=sign(circle.slug, place_of(page.items[0]), tab)["poll_url"])


def _daily_of(
    request: HttpRequest, circle: Circle, membership: Membership | None, shown: CircleShown
) -> SafeString | str:
    """A member's day here: level, streak, and the button to sign in. Not where authors are under pseudonyms."""
    if membership is None or not membership.is_active or circle.masks_authors:
        return ""
    return DAILY(circle_url=shown.get_absolute_url, **daily_shown(request.user, circle, membership))


def _is_read(request: HttpRequest, membership: Membership | None, tab: str, page: Page[HtmlCard]) -> bool:
    """Whoever has the newest posts of their circle before them has read it (static/js/reading.js)."""
    is_member = membership is not None and membership.is_active
    return is_member and bool(page.items) and tab == TABS[0] and not cursor_of(request)


def _gates_of(request: HttpRequest, circle: Circle, shown: CircleShown, decision: Decision) -> SafeString:
    """One line that unfolds. A gate that keeps the viewer from posting is told there too, with what is missing."""
    gates = shown_gates(circle)
    closed = decision.details if decision.code == "gate_closed" else None
    is_sensitive = any(gate["is_sensitive"] for gate in gates)
    values = {"gates": gates, "is_sensitive": is_sensitive, "circle": shown, "closed": closed, "request": request}
    return mark_safe(draw("circles/partials/_who_may.html", values))  # noqa: S308 - our template


def _hurdle_of(
    request: HttpRequest, decision: Decision, circle: CircleShown, mine: MembershipShown | None
) -> SafeString:
    if decision.code in COMMON_HURDLES:
        has_asked = mine is not None and mine.has_asked
        return HURDLE(decision=refusal(decision), circle=circle, has_asked=has_asked)
    values = {"decision": decision, "circle": circle, "request": request}
    return mark_safe(draw("circles/partials/_hurdle.html", values))  # noqa: S308 - our template


@cache
def _search_address() -> str:
    return reverse("search:search")
