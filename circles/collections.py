"""Reading collections: what stands in them for one viewer, and what comes before and after a post."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from circles.models import Circle, Collection, CollectionPage, CollectionSection, Post
from core.text.render import excerpt

if TYPE_CHECKING:
    from accounts.models import User

    Person = User | Any

TITLE_LENGTH = 36


@dataclass(frozen=True)
class Entry:
    """A place in a collection. `post` is None where it is gone, or not for this viewer."""

    page: CollectionPage
    number: int
    """1, 2, 3 … over the whole collection."""
    post: Post | None

    @property
    def title(self) -> str:
        if self.post is None:
            return ""
        return self.page.title or title_of(self.post)

    @property
    def url(self) -> str:
        return f"/posts/{self.page.post_id}/?in={self.page.collection_id}"


@dataclass(frozen=True)
class Chapter:
    section: CollectionSection | None
    entries: list[Entry] = field(default_factory=list)


@dataclass(frozen=True)
class Place:
    """Where somebody is in a collection."""

    collection: Collection
    entry: Entry
    total: int
    section: CollectionSection | None
    previous: Entry | None
    next: Entry | None


def title_of(post: Post) -> str:
    """What a post is called where it has no name of its own."""
    return post.title or excerpt(post.body_html, TITLE_LENGTH) or _("Photos by %(name)s") % {"name": post.shown_name}


def collections_of(circle: Circle, viewer: "Person") -> list[Collection]:
    """In the order the circle gave them. Queries: 1."""
    return list(Collection.objects.visible_to(viewer).filter(circle=circle))


def contents(collection: Collection, viewer: "Person") -> list[Chapter]:
    """The table of contents; what stands under no heading first, if anything does. Queries: 3."""
    chapters = {None: Chapter(None)} | {section.pk: Chapter(section) for section in collection.sections.all()}
    pages = list(collection.pages.all())
    seen = Post.objects.visible_to(viewer).filter(pk__in=[page.post_id for page in pages]).select_related("author")
    posts = {post.pk: post for post in seen}
    inside: dict[int | None, list[CollectionPage]] = {pk: [] for pk in chapters}
    for page in pages:
        inside[page.section_id if page.section_id in inside else None].append(page)
    number = 0
    for pk, chapter in chapters.items():
        for page in inside[pk]:
            number += 1
            chapter.entries.append(Entry(page, number, posts.get(page.post_id)))
    return [chapter for chapter in chapters.values() if chapter.section or chapter.entries]


def place_in(collection_id: int, post_id: int, viewer: "Person") -> Place | None:
    """Where the post stands in that collection; None where either is not there for this viewer. Queries: 4."""
    collection = Collection.objects.visible_to(viewer).filter(pk=collection_id).first()
    if collection is None:
        return None
    entries = [(chapter.section, entry) for chapter in contents(collection, viewer) for entry in chapter.entries]
    readable = [(section, entry) for section, entry in entries if entry.post is not None]
    at = next((place for place, (_section, entry) in enumerate(readable) if entry.page.post_id == post_id), None)
    if at is None:
        return None
    section, entry = readable[at]
    return Place(
        collection=collection,
        entry=entry,
        total=len(entries),
        section=section,
        previous=readable[at - 1][1] if at else None,
        next=readable[at + 1][1] if at + 1 < len(readable) else None,
    )
