"""What the index keeps in Postgres. Rows are written by search.postgres alone, from what stands in the tables of the
apps below, and can be thrown away and made anew at any time (`manage.py reindex_search`).
"""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """The words of a text, and as lexemes of their own, beginning with "=", what it can be filtered by.

    There is no index on `published_at` on purpose: the one way to these rows leads over the words, so no estimate of
    Postgres can send it along the whole table.
    """

    words = SearchVectorField()
    published_at = models.DateTimeField()
    indexed_at = models.DateTimeField()

    class Meta:
        abstract = True


class PostEntry(Entry):
    post = models.OneToOneField("circles.Post", models.CASCADE, primary_key=True, related_name="+", db_constraint=False)

    class Meta:
        # Without a list of what is pending: reading stays even while much is written; workers have time to write.
        indexes = [GinIndex(fields=["words"], name="search_post_words", fastupdate=False)]

    def __str__(self) -> str:
        return f"post {self.pk}"


class CommentEntry(Entry):
    comment = models.OneToOneField(
        "circles.Comment", models.CASCADE, primary_key=True, related_name="+", db_constraint=False
    )

    class Meta:
        indexes = [GinIndex(fields=["words"], name="search_comment_words", fastupdate=False)]

    def __str__(self) -> str:
        return f"comment {self.pk}"


class NameKind(models.TextChoices):
    """What has a name."""

    CIRCLE = "circle", _("circle")
    PERSON = "person", _("person")
    MERCHANT = "merchant", _("merchant")
    TOPIC = "topic", _("topic")


class NameEntry(models.Model):
    """A name with its spellings in Latin letters."""

    kind = models.CharField(max_length=10, choices=NameKind)
    target_id = models.BigIntegerField()
    name = models.CharField(max_length=60)
    """Folded, for telling who is called just like that."""
    words = SearchVectorField()
    indexed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "target_id"], name="search_name_once")]
        indexes = [GinIndex(fields=["words"], name="search_name_words", fastupdate=False)]

    def __str__(self) -> str:
        return f"{self.kind} {self.target_id}"
