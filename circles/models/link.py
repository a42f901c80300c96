from hashlib import sha256

from django.db import models
from django.utils import timezone

ADDRESS_MAX = 2000


class LinkState(models.TextChoices):
    WAITING = "waiting"
    READY = "ready"
    FAILED = "failed"


class LinkPreview(models.Model):
    """What a page on the web says of itself, once for all posts that link to it. Fetched by a worker, as a stranger."""

    key = models.CharField(max_length=64, unique=True, editable=False)
    """SHA-256 of the address."""
    url = models.CharField(max_length=ADDRESS_MAX)
    title = models.CharField(max_length=200, blank=True)
    description = models.CharField(max_length=300, blank=True)
    site = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=8, choices=LinkState, default=LinkState.WAITING)
    asked_at = models.DateTimeField(default=timezone.now)
    fetched_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "link preview"
        verbose_name_plural = "link previews"

    def __str__(self) -> str:
        return self.title or self.url

    @property
    def is_ready(self) -> bool:
        return self.state == LinkState.READY

    @staticmethod
    def key_of(url: str) -> str:
        return sha256(url.encode()).hexdigest()
