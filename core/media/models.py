import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class PictureState(models.TextChoices):
    PENDING = "pending", _("sizes are being made")
    READY = "ready", _("ready")


class Picture(models.Model):
    """One picture somebody uploaded, rebuilt from its pixels: no metadata, upright, at most LARGE_SIDE px.

    Files are named by `key`: `pictures/<2 hex>/<key>.<size>.webp`, with sizes large, card and thumb.
    The large one is there from the start; workers make the other two. Who may see a picture follows from
    what it is attached to, so apps above serve it.
    """

    class Size(models.TextChoices):
        LARGE = "large", _("large")
        CARD = "card", _("card")
        THUMB = "thumb", _("thumb")

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="pictures")
    state = models.CharField(max_length=8, choices=PictureState, default=PictureState.PENDING)
    width = models.PositiveIntegerField(_("width"), help_text=_("pixels"))
    height = models.PositiveIntegerField(_("height"), help_text=_("pixels"))
    byte_count = models.PositiveIntegerField(_("size"), help_text=_("bytes"))
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def __str__(self) -> str:
        return str(self.key)

    def path(self, size: "Picture.Size | str") -> str:
        """Where that size lies in the default storage."""
        name = self.key.hex
        return f"pictures/{name[:2]}/{name}.{size}.webp"

    def url(self, size: "Picture.Size | str") -> str:
        """The address of that size. A size not made yet is answered with the large one."""
        return f"/pictures/{self.key.hex}/{size}.webp"

    @property
    def thumb_url(self) -> str:
        return self.url(self.Size.THUMB)

    @property
    def card_url(self) -> str:
        return self.url(self.Size.CARD)

    @property
    def large_url(self) -> str:
        return self.url(self.Size.LARGE)
