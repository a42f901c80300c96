"""What a comment shows of another one that it quotes."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models.functions import Coalesce, Left
from django.utils.translation import gettext as _

from circles.models import Comment
from circles.models.authored import shown_name

if TYPE_CHECKING:
    from accounts.models import User

    Person = User | Any

EXCERPT_LENGTH = 120


class Quote(NamedTuple):
    """Plain values, for they stand in keys. Of a comment that is gone or not for this viewer nothing but its id."""

    id: int
    floor: int | None = None
    name: str = ""
    excerpt: str = ""
    has_picture: bool = False
    is_gone: bool = True

    @property
    def url(self) -> str:
        return f"/comments/{self.id}/"

    @property
    def text(self) -> str:
        """Its words, shortened; of a photo alone, that it is one."""
        return self.excerpt or (_("Photo") if self.has_picture else "")


def quotes(ids: Iterable[int | None], viewer: "Person") -> dict[int, Quote]:
    """Id → what is shown of that comment under a post this viewer was just found to see. Queries: 1, none for none."""
    wanted = {pk for pk in ids if pk is not None}
    if not wanted:
        return {}
    seen = Comment.objects.visible_under(viewer).filter(pk__in=wanted)
    rows = seen.annotate(shown=shown_name(), number=Coalesce("floor", "parent__floor"))
    found = {
        pk: Quote(pk, number, name, " ".join(start.split()), picture_id is not None, is_gone=False)
        for pk, number, name, start, picture_id in rows.values_list(
            "pk", "number", "shown", Left("body", EXCERPT_LENGTH), "picture_id"
        )
    }
    return {pk: found.get(pk) or Quote(pk) for pk in wanted}


def attach_quotes(comments: "Iterable[Comment]", viewer: "Person") -> None:
    """Give each comment that quotes another one its `quote`. Queries: 1, none where nobody quotes."""
    rows = [comment for comment in comments if comment.quoted_id is not None]
    shown = quotes((row.quoted_id for row in rows), viewer)
    for row in rows:
        row.quote = shown[row.quoted_id] if row.quoted_id is not None else None
