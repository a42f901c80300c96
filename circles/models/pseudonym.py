from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Pseudonym(models.Model):
    """The name under which one person appears in one thread of a circle whose authors are masked.

    The row is what keeps the name the same when the secret behind it changes. Who it is, is looked up only to open it
    (moderation.actions.pseudonyms), and to recognise the same author again when they write.
    """

    post = models.ForeignKey("circles.Post", models.CASCADE, related_name="pseudonyms", verbose_name=_("thread"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", editable=False)
    token = models.CharField(max_length=16, editable=False)
    name = models.CharField(_("name"), max_length=40)
    key_version = models.PositiveSmallIntegerField(editable=False)
    created_at = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        verbose_name = _("pseudonym")
        verbose_name_plural = _("pseudonyms")
        constraints = [
            models.UniqueConstraint(fields=["post", "user"], name="pseudonym_one_a_thread"),
            models.UniqueConstraint(fields=["post", "name"], name="pseudonym_name_once"),
            models.UniqueConstraint(fields=["token"], name="pseudonym_token_once"),
        ]

    def __str__(self) -> str:
        return self.name
