from typing import Any

from django.db import models
from django.db.models import Value
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils.translation import gettext_lazy as _

from circles.byline import Byline, byline_of

NAME_MAX = 40


def shown_name(name: str = "author_name", person: str = "author") -> Coalesce:
    """The same in SQL."""
    return Coalesce(NullIf(name, Value("")), f"{person}__nickname")


def kept_badges(person: str = "author") -> Coalesce:
    """Their badges as the row keeps them (accounts.badges), as text; empty for those who show none."""
    text = models.TextField()
    return Coalesce(NullIf(Cast(f"{person}__badges", text), Value("[]", text)), Value("", text))


class Authored(models.Model):
    """Under which name it stands, written when it was published (circles.actions.bylines); see circles.byline."""

    author_name = models.CharField(
        _("name shown"), max_length=NAME_MAX, blank=True, default="", db_default="", editable=False
    )
    """Empty: the author's nickname, whatever it is now."""
    author_face = models.ForeignKey(
        "core.Picture", models.SET_NULL, null=True, blank=True, related_name="+", editable=False, db_index=False
    )
    author_linked = models.BooleanField(default=True, db_default=True, editable=False)
    """Does the name lead to the author's profile?"""
    author_mask = models.CharField(max_length=16, blank=True, default="", db_default="", editable=False)
    """Of a pseudonym its token (models.Pseudonym); empty: none."""

    class Meta:
        abstract = True

    @property
    def byline(self) -> Byline:
        """Load `author__avatar` and `author_face` along."""
        row: Any = self
        return byline_of(self, row.author if not self.author_mask else None)

    @property
    def circle_marks(self) -> dict[str, str]:
        """Who has which role and title in the circle (`Circle.marks`), where the circle was loaded along."""
        row: Any = self
        for name in ("post", "circle"):
            if name in row._state.fields_cache:
                row = row._state.fields_cache[name]
        marks: dict[str, str] = getattr(row, "marks", {})
        return marks

    @property
    def shown_name(self) -> str:
        """The name alone; of those without one of their own here `author` is loaded along."""
        row: Any = self
        return self.author_name or row.author.nickname

    @property
    def is_masked(self) -> bool:
        return bool(self.author_mask)
