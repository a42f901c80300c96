"""Lists of circles, of their members, and of their gates."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Institution, User
from circles.models import Category, Circle, Gate, GateState, Membership, MembershipState
from circles.models.circle import is_readable
from circles.models.membership import STAFF_ROLES
from circles.queries.cards import CircleCard, circle_cards, with_pictures
from core.pagination import PAGE_SIZE, Page, cut_page, keyset_page
from core.prepared import Prepared

if TYPE_CHECKING:
    Person = User | Any


MEMBERS_SHOWN = 30


def my_circles(viewer: "Person", *, limit: int | None = 30) -> list[CircleCard]:
    """The circles the viewer is a member of, the last joined first. Queries: 1, compiled once."""
    if not viewer.is_authenticated:
        return []
    return [CircleCard(row.circle, row) for row in _mine(limit).instances(viewer=viewer.pk)]


@lru_cache
def _mine(limit: int | None) -> Prepared:
    def query(any_: Any) -> "QuerySet[Membership]":
        viewer = User.somebody(any_.viewer)
        return _joined(viewer, viewer)[:limit]

    return Prepared(query, "viewer")


def circles_of(person: "User", viewer: "Person", *, limit: int = 30) -> list[CircleCard]:
    """The circles `person` is a member of, the last joined first, as their profile shows them. Queries: 2.

    To others without those where they appear under a name that does not lead to the profile, or under pseudonyms.
    """
    rows = _joined(person, viewer)
    if viewer.pk != person.pk:
        rows = rows.filter(openly_there())
    return circle_cards([row.circle for row in rows[:limit]], viewer)


def openly_there(path: str = "") -> Q:
    """Memberships (at `path`) that may be told of elsewhere: under a name that leads to the profile, in a circle
    without pseudonyms and without a view gate, whose list of members is for whoever reads it."""
    linked = Q(**{f"{path}nickname": ""}) | Q(**{f"{path}is_linked": True})
    return linked & Q(**{f"{path}circle__masks_authors": False, f"{path}circle__is_view_gated": False})


def _joined(person: "Person", viewer: "Person") -> "QuerySet[Membership]":
    return (
        Membership.objects.active()
        .filter(is_readable(viewer, "circle"), user_id=person.pk)
        .select_related("circle__avatar", "circle__cover", "circle__category", "circle__owner__avatar")
        .order_by("-joined_at", "-id")
    )


def discover(
    viewer: "Person", category: Category | None = None, q: str = "", cursor: str | None = None, *, size: int = PAGE_SIZE
) -> Page[CircleCard]:
    """Circles of a category (None: of all) that match `q`, the largest first. Queries: 2."""
    keys = ("-member_count", "-id")
    if viewer.pk is None or cursor or q or size != PAGE_SIZE:
        circles = with_pictures(matching_circles(viewer, category=category, q=q))
        page = keyset_page(circles, keys=keys, cursor=cursor, size=size)
    else:
        rows = _first_found(in_category=category is not None).instances(
            viewer=viewer.pk, category=category.pk if category else 0
        )
        page = cut_page(rows, keys=[key.removeprefix("-") for key in keys], size=size)
    return page.map(lambda circles: circle_cards(circles, viewer))


@lru_cache
def _first_found(*, in_category: bool) -> Prepared:
    def query(any_: Any) -> "QuerySet[Circle]":
        found = Circle.objects.findable_by(User.somebody(any_.viewer))
        if in_category:
            found = found.filter(category_id=any_.category)
        return with_pictures(found).order_by("-member_count", "-id")[: PAGE_SIZE + 1]

    return Prepared(query, "viewer", "category")


def matching_circles(viewer: "Person", *, category: Category | None = None, q: str = "") -> "QuerySet[Circle]":
    """Circles of a category whose number is `q`, or whose name or introduction holds it."""
    circles: QuerySet[Circle] = Circle.objects.findable_by(viewer)
    if category is not None:
        circles = circles.filter(category=category)
    q = " ".join(q.replace("\x00", "").split())[:60]
    if q:
        found = Q(name__icontains=q) | Q(intro__icontains=q)
        digits = q.lstrip("#＃").removeprefix("c")
        if digits.isdecimal() and len(digits) < 10:
            found |= Q(number=int(digits))
        circles = circles.filter(found)
    return circles


def suggested_circles(viewer: "Person", limit: int = 6) -> list[CircleCard]:
    """Large circles the viewer is not in and was not banned from. Queries: 1, compiled once."""
    if viewer.is_authenticated:
        return [CircleCard(circle) for circle in _suggested(limit).instances(viewer=viewer.pk)]
    return [CircleCard(circle) for circle in _largest(Circle.objects.visible_to(viewer), limit)]


@lru_cache
def _suggested(limit: int) -> Prepared:
    def query(any_: Any) -> "QuerySet[Circle]":
        mine = Membership.objects.filter(user_id=any_.viewer, circle=OuterRef("pk")).exclude(state=MembershipState.LEFT)
        return _largest(Circle.objects.visible_to(User.somebody(any_.viewer)).exclude(Exists(mine)), limit)

    return Prepared(query, "viewer")


def _largest(circles: "QuerySet[Circle]", limit: int) -> "QuerySet[Circle]":
    return with_pictures(circles).order_by("-member_count", "-id")[:limit]


def members(circle: Circle, cursor: str | None = None, *, size: int = MEMBERS_SHOWN) -> Page[Membership]:
    """Members of the circle, the newest first, with the person and the avatar. Queries: 1."""
    if cursor is None and size == MEMBERS_SHOWN:
        rows = _in_it(circle, _newest_members)
        return cut_page(rows, keys=("joined_at", "id"), size=size)
    return keyset_page(_with_faces(circle.memberships.active()), keys=("-joined_at", "-id"), cursor=cursor, size=size)


def staff(circle: Circle) -> list[Membership]:
    """The owner first, then by rank. Queries: 1."""
    return sorted(_in_it(circle, _staff), key=lambda row: (-row.rank, row.joined_at))


def _in_it(circle: Circle, rows: Prepared) -> list[Membership]:
    found: list[Membership] = rows.instances(circle=circle.pk)
    for row in found:
        row.circle = circle
    return found


def _with_faces(rows: "QuerySet[Membership]") -> "QuerySet[Membership]":
    return rows.select_related("user__avatar", "avatar")


_newest_members = Prepared(
    lambda any_: _with_faces(Membership.objects.active().filter(circle_id=any_.circle)).order_by("-joined_at", "-id")[
        : MEMBERS_SHOWN + 1
    ],
    "circle",
)
_staff = Prepared(
    lambda any_: _with_faces(Membership.objects.active().filter(circle_id=any_.circle, role__in=STAFF_ROLES)),
    "circle",
)


def gate_history(circle: Circle, *, limit: int = 40) -> list[Gate]:
    """The circle's gates from the newest to the oldest, with who asked and who decided. Queries: 1."""
    rows = circle.gate_history.select_related("asked_by", "decided_by")
    return list(rows.order_by("-id")[:limit])


def standing_gates(circle: Circle) -> list[Gate]:
    """Those in force and those that wait. Queries: 1."""
    return list(circle.gate_history.filter(state__in=(GateState.IN_FORCE, GateState.WAITING), rule__isnull=False))


def gate_to_edit(circle: Circle, action: str) -> Gate | None:
    """What its owner last asked for and still stands: waiting, or else in force. Queries: 1."""
    standing = circle.gate_history.filter(action=action, state__in=(GateState.WAITING, GateState.IN_FORCE))
    return standing.order_by("-id").first()


def institution_names(*, limit: int = 300) -> list[tuple[str, str]]:
    """(code, name) of what a rule may ask for: schools and companies, professions and cities. Queries: 1."""
    rows = Institution.objects.order_by("name").values_list("slug", "name", "value", "value_name")[:limit]
    return [(value, value_name) if value else (slug, name) for slug, name, value, value_name in rows]
