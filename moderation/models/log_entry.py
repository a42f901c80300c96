import pgtrigger
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Verb(models.TextChoices):
    POST_HIDE = "post.hide", _("hid a post")
    POST_RESTORE = "post.restore", _("restored a post")
    COMMENT_HIDE = "comment.hide", _("hid a comment")
    COMMENT_RESTORE = "comment.restore", _("restored a comment")
    COLLECTION_REMOVE = "collection.remove", _("took a collection away")
    SHELF_REMOVE = "shelf.remove", _("took a shelf away")
    MEMBER_SILENCE = "member.silence", _("silenced a member in a circle")
    MEMBER_UNSILENCE = "member.unsilence", _("lifted a silence in a circle")
    MEMBER_BAN = "member.ban", _("banned a member from a circle")
    MEMBER_UNBAN = "member.unban", _("lifted a ban from a circle")
    PERSON_BAN = "person.ban", _("banned a person from writing")
    PERSON_UNBAN = "person.unban", _("lifted a ban from writing")
    CIRCLE_CLOSE = "circle.close", _("closed a circle")
    CIRCLE_REOPEN = "circle.reopen", _("reopened a circle")
    IDENTITY_APPROVE = "identity.approve", _("approved an identity check")
    IDENTITY_REFUSE = "identity.refuse", _("refused an identity check")
    IDENTITY_ENDORSE = "identity.endorse", _("approved an identity check, as one of several")
    IDENTITY_REVEAL = "identity.reveal", _("looked at a legal name")
    CREDIT_ADJUST = "credit.adjust", _("adjusted somebody's credit")
    CREDIT_UPHOLD = "credit.uphold", _("upheld an appeal about credit")
    CREDIT_REJECT = "credit.reject", _("rejected an appeal about credit")
    PSEUDONYM_ASK = "pseudonym.ask", _("asked to open a pseudonym")
    PSEUDONYM_OPEN = "pseudonym.open", _("opened a pseudonym")
    PSEUDONYM_REFUSE = "pseudonym.refuse", _("refused to open a pseudonym")
    IDENTITY_REVOKE = "identity.revoke", _("took a verification back")
    FOUNDING_APPROVE = "founding.approve", _("approved a circle")
    FOUNDING_REFUSE = "founding.refuse", _("refused a circle")
    OWNER_APPOINT = "owner.appoint", _("made somebody the owner of a circle")
    GATE_APPROVE = "gate.approve", _("approved a sensitive gate")
    GATE_REFUSE = "gate.refuse", _("refused a sensitive gate")
    MERCHANT_APPROVE = "merchant.approve", _("verified a merchant")
    MERCHANT_REFUSE = "merchant.refuse", _("refused a merchant")
    INSTITUTION_TRUST = "institution.trust", _("let an institution vouch")
    INSTITUTION_DISTRUST = "institution.distrust", _("stopped an institution from vouching")
    INSTITUTION_REVOKE = "institution.revoke", _("took back all that an institution said")
    INSTITUTION_DOMAIN = "institution.domain", _("changed an institution's e-mail domains")
    INSTITUTION_STAFF = "institution.staff", _("changed an institution's staff")
    FACT_REVOKE = "fact.revoke", _("took a verified fact back")
    MEDAL_GIVE = "medal.give", _("gave a medal")
    MEDAL_TAKE = "medal.take", _("took a medal back")
    GOAL_END = "goal.end", _("called a goal off")
    JOB_RETRY = "job.retry", _("retried dead jobs")
    JOB_CANCEL = "job.cancel", _("cancelled a job")


class LogEntry(models.Model):
    """Who did what to whom, and why. Rows are only ever added: the database refuses change and deletion."""

    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="moderation_entries", verbose_name=_("who")
    )
    verb = models.CharField(_("what"), max_length=20, choices=Verb)
    reason = models.TextField(_("reason"), blank=True)
    subject = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person concerned"),
    )
    circle = models.ForeignKey(
        "circles.Circle", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("circle")
    )
    target = models.CharField(_("target"), max_length=60, blank=True)
    """Model label and id, such as "circles.post:42"."""
    details = models.JSONField(_("details"), default=dict, blank=True)
    created_at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("log entry")
        verbose_name_plural = _("moderation log")
        default_permissions = ("view",)
        permissions = [
            ("moderate_content", _("Can hide and restore posts and comments, and close circles")),
            ("moderate_people", _("Can silence and ban people")),
            ("review_identities", _("Can decide identity checks and look at legal names")),
            ("review_credit", _("Can adjust conduct credit and decide appeals")),
            ("open_pseudonyms", _("Can open pseudonyms, two people together")),
            ("review_merchants", _("Can decide applications of merchants")),
            ("manage_institutions", _("Can say which institutions vouch for people, and take facts back")),
            ("review_foundings", _("Can decide who founds circles, and who owns one whose owner is gone")),
            ("approve_gates", _("Can approve gates that rest on sensitive facts")),
            ("manage_jobs", _("Can retry and cancel jobs")),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="log_newest"),
            models.Index(fields=["target", "-id"], name="log_of_target"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.actor} {self.get_verb_display()} {self.target}"
