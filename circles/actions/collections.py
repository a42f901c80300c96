"""Collections: a circle's posts in an order worth reading.

The order is one thing: pages under no heading, then each section with its pages. Whatever moves something writes that
whole order anew under the collection's lock, so that two people who move at the same time leave one order behind.
"""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from circles import rules
from circles.actions import log
from circles.events import CollectionRemoved
from circles.models import Circle, Collection, CollectionPage, CollectionSection, Membership, Post
from circles.models.collection import TITLE_MAX
from core.errors import Invalid, NotFound, Refused
from core.events import record
from core.text.clean import clean, clean_line, require_length

COLLECTIONS_MAX, SECTIONS_MAX, PAGES_MAX = 30, 30, 300
INTRO_MAX = 300

Layout = list[tuple[int | None, list[int]]]
"""(section or None, its pages) in order; None comes first."""


def create(*, actor: User, circle: Circle, title: str, intro: str = "") -> Collection:
    """An empty collection at the end of the circle's. Locks the circle.

    Raises `Refused` (codes of `rules.can_curate`, and too_many_collections) and `Invalid` (empty_title, too_long).
    """
    title, intro = _title(title), _intro(intro)
    with transaction.atomic():
        _require(actor, circle.pk)
        Circle.objects.select_for_update(no_key=True).only("pk").get(pk=circle.pk)
        count = Collection.objects.filter(circle=circle).count()
        if count >= COLLECTIONS_MAX:
            raise Refused("too_many_collections", _("A circle has at most %(most)s collections.") % {"most": count})
        return Collection.objects.create(circle=circle, title=title, intro=intro, made_by=actor, position=count)


def edit(*, actor: User, collection: Collection, title: str, intro: str) -> Collection:
    """Another title and introduction. Raises as `create`."""
    title, intro = _title(title), _intro(intro)
    with transaction.atomic():
        fresh = _locked(actor, collection)
        fresh.title, fresh.intro = title, intro
        _touch(fresh, "title", "intro")
    return fresh


def delete(*, actor: User, collection: Collection, reason: str = "") -> None:
    """Take the collection away; its posts stay where they are. Whoever else made it is told, with the reason.

    Raises `Refused` (codes of `rules.can_curate`) and `Invalid` too_long.
    """
    reason = log.clean_reason(reason)
    with transaction.atomic():
        take_away(actor=actor, collection=_locked(actor, collection), reason=reason)


def take_away(*, actor: User, collection: Collection, reason: str) -> None:
    """For moderation, which asked its own rules and keeps a log: as `delete`, inside a transaction of the caller's."""
    if collection.made_by_id is not None and collection.made_by_id != actor.pk:
        record(
            CollectionRemoved(
                collection_id=collection.pk,
                circle_id=collection.circle_id,
                made_by_id=collection.made_by_id,
                title=collection.title,
                reason=reason,
            )
        )
    collection.delete()


def add_section(*, actor: User, collection: Collection, title: str) -> CollectionSection:
    """A heading at the end. Raises `Refused` (codes of `rules.can_curate`, too_many_sections) and `Invalid`."""
    title = _title(title)
    with transaction.atomic():
        fresh = _locked(actor, collection)
        count = fresh.sections.count()
        if count >= SECTIONS_MAX:
            raise Refused("too_many_sections", _("A collection has at most %(most)s sections.") % {"most": count})
        section = CollectionSection.objects.create(collection=fresh, title=title, position=count)
        _touch(fresh)
    return section


def rename_section(*, actor: User, section: CollectionSection, title: str) -> None:
    title = _title(title)
    with transaction.atomic():
        fresh = _locked(actor, section.collection)
        CollectionSection.objects.filter(pk=section.pk).update(title=title)
        _touch(fresh)


def remove_section(*, actor: User, section: CollectionSection) -> None:
    """Take the heading away; its pages go on under the one before it."""
    with transaction.atomic():
        fresh = _locked(actor, section.collection)
        layout = layout_of(fresh)
        at = next((place for place, (pk, _pages) in enumerate(layout) if pk == section.pk), None)
        if at is None:
            return
        layout[at - 1][1].extend(layout.pop(at)[1])
        _write(fresh, layout)
        CollectionSection.objects.filter(pk=section.pk).delete()


def add_page(
    *, actor: User, collection: Collection, post: Post, section: CollectionSection | None = None, title: str = ""
) -> CollectionPage:
    """Put a post of the circle at the end of a section, or of all where none is named; once in a collection.

    Raises `Refused` (codes of `rules.can_curate`, collection_full), `NotFound` (post_not_found, section_not_found) and
    `Invalid` too_long.
    """
    title = clean_line(title)
    require_length(title, most=TITLE_MAX, field="title")
    with transaction.atomic():
        fresh = _locked(actor, collection)
        if post.circle_id != fresh.circle_id or not Post.objects.visible_to(actor).filter(pk=post.pk).exists():
            raise NotFound("post_not_found", _("This post is no longer here."))
        if section is not None and section.collection_id != fresh.pk:
            raise NotFound("section_not_found", _("There is no such section."))
        known: CollectionPage | None = fresh.pages.filter(post=post).first()
        if known is not None:
            return known
        if fresh.page_count >= PAGES_MAX:
            raise Refused("collection_full", _("A collection holds at most %(most)s posts.") % {"most": PAGES_MAX})
        section = section or fresh.sections.last()
        page = CollectionPage.objects.create(
            collection=fresh, section=section, post=post, title=title, position=fresh.pages.count()
        )
        fresh.page_count += 1
        _touch(fresh, "page_count")
    return page


def remove_page(*, actor: User, page: CollectionPage) -> None:
    """Take a post out of the collection; idempotent."""
    with transaction.atomic():
        fresh = _locked(actor, page.collection)
        gone, _details = CollectionPage.objects.filter(pk=page.pk).delete()
        if gone:
            fresh.page_count = fresh.pages.count()
            _touch(fresh, "page_count")


def rename_page(*, actor: User, page: CollectionPage, title: str) -> None:
    """How it is called in the table of contents; empty: how the post begins."""
    title = clean_line(title)
    require_length(title, most=TITLE_MAX, field="title")
    with transaction.atomic():
        fresh = _locked(actor, page.collection)
        CollectionPage.objects.filter(pk=page.pk).update(title=title)
        _touch(fresh)


def move_page(*, actor: User, page: CollectionPage, up: bool) -> None:
    """One place up or down, from one section into the next where it stands at the edge."""
    with transaction.atomic():
        fresh = _locked(actor, page.collection)
        layout = layout_of(fresh)
        for at, (_section, pages) in enumerate(layout):
            if page.pk not in pages:
                continue
            place = pages.index(page.pk)
            pages.remove(page.pk)
            if up and place == 0 and at > 0:
                layout[at - 1][1].append(page.pk)
            elif not up and place == len(pages) and at + 1 < len(layout):
                layout[at + 1][1].insert(0, page.pk)
            else:
                pages.insert(max(place - 1, 0) if up else place + 1, page.pk)
            break
        _write(fresh, layout)


def move_section(*, actor: User, section: CollectionSection, up: bool) -> None:
    """The heading with its pages changes places with the one above or below."""
    with transaction.atomic():
        fresh = _locked(actor, section.collection)
        layout = layout_of(fresh)
        at = next((place for place, (pk, _pages) in enumerate(layout) if pk == section.pk), None)
        if at is not None:
            row = layout.pop(at)
            layout.insert(min(max(at + (-1 if up else 1), 1), len(layout)), row)
            _write(fresh, layout)


def arrange(*, actor: User, collection: Collection, layout: Sequence[tuple[int | None, Sequence[int]]]) -> None:
    """Write the whole order at once. What others added meanwhile and is not named stays, at the end of its section.

    Raises `Refused` (codes of `rules.can_curate`) and `Invalid` bad_order where something is named twice or is none of
    this collection's.
    """
    with transaction.atomic():
        fresh = _locked(actor, collection)
        present = layout_of(fresh)
        named = [pk for _section, pages in layout for pk in pages]
        sections = [pk for pk, _pages in layout]
        known = {pk for _section, pages in present for pk in pages}
        known_sections = {pk for pk, _pages in present}
        twice = len(set(named)) < len(named) or len(set(sections)) < len(sections)
        if twice or not set(named) <= known or not set(sections) <= known_sections:
            raise Invalid("bad_order", _("The order has changed meanwhile. Please look at it again."))
        wanted: dict[int | None, list[int]] = {None: []}
        wanted |= {section: list(pages) for section, pages in layout}
        for section, pages in present:
            wanted.setdefault(section, []).extend(pk for pk in pages if pk not in named)
        _write(fresh, list(wanted.items()))


def layout_of(collection: Collection) -> Layout:
    """The order as it is. Queries: 2."""
    rows: dict[int | None, list[int]] = {None: []}
    rows |= {pk: [] for pk in collection.sections.values_list("pk", flat=True)}
    for pk, section_id in collection.pages.values_list("pk", "section_id"):
        rows[section_id].append(pk)
    return list(rows.items())


def _write(collection: Collection, layout: Layout) -> None:
    pages: list[CollectionPage] = []
    sections: list[CollectionSection] = []
    layout = sorted(layout, key=lambda row: row[0] is not None)  # stable: what stands under no heading comes first
    for place, (section, inside) in enumerate(layout):
        if section is not None:
            sections.append(CollectionSection(pk=section, position=place))
        for pk in inside:
            pages.append(CollectionPage(pk=pk, section_id=section, position=len(pages)))
    CollectionSection.objects.bulk_update(sections, ["position"])
    CollectionPage.objects.bulk_update(pages, ["section", "position"])
    _touch(collection)


def _touch(collection: Collection, *fields: str) -> None:
    collection.updated_at = timezone.now()
    collection.save(update_fields=[*fields, "updated_at"])


def _locked(actor: User, collection: Collection) -> Collection:
    _require(actor, collection.circle_id)
    fresh = Collection.objects.select_for_update(no_key=True).filter(pk=collection.pk).first()
    if fresh is None:
        raise NotFound("collection_not_found", _("There is no such collection."))
    return fresh


def _require(actor: User, circle_id: int) -> None:
    membership = Membership.objects.filter(user_id=actor.pk, circle_id=circle_id).first()
    rules.can_curate(actor, membership).require()


def _title(title: str) -> str:
    title = clean_line(title)
    if not title:
        raise Invalid("empty_title", _("Give it a title first."), field="title")
    require_length(title, most=TITLE_MAX, field="title")
    return title


def _intro(intro: str) -> str:
    intro = clean(intro)
    require_length(intro, most=INTRO_MAX, field="intro")
    return intro
