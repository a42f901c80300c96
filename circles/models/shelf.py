from django.db import models
from django.utils.translation import gettext_lazy as _

SHELF_NAME_MAX = 12


class Shelf(models.Model):
    """One of the kinds into which a circle sorts its featured posts, such as "guides". Its staff names them."""

    circle = models.ForeignKey("circles.Circle", models.CASCADE, related_name="shelves", verbose_name=_("circle"))
    name = models.CharField(_("name"), max_length=SHELF_NAME_MAX)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("shelf")
        verbose_name_plural = _("shelves")
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["circle", "name"], name="shelf_name_once")]

    def __str__(self) -> str:
        return self.name
