"""Mails about a person's own account. They always go out: nobody can turn off being told of a strange log-in."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation

from accounts import region
from accounts.models import User
from core.jobs import enqueue


def post(kind: str, *, user: User, **context: Any) -> None:
    """Have `account/letters/<kind>.txt` sent to the person once the caller's transaction commits.

    `context` holds plain values, nothing personal: it stands in the job's row. The language is the one of this moment.
    """
    if user.email:
        language = translation.get_language() or settings.LANGUAGE_CODE
        enqueue("accounts.send_letter", user_id=user.pk, kind=kind, language=language, context=context)


def send(kind: str, *, user: User, language: str, context: dict[str, Any]) -> None:
    """Send it now. Raises what the mail server's failure raises, for the job to be tried again."""
    with translation.override(language):
        shown = {**context, "person": user, "site_url": settings.SITE_URL, "site_name": settings.SITE_NAME}
        if "at" in context:
            shown["when"] = datetime.fromisoformat(context["at"])
        shown["place_shown"] = region.label(context.get("place", ""))
        words = render_to_string(f"accounts/letters/{kind}.txt", shown)
    subject, _blank, text = words.strip().partition("\n")
    send_mail(subject.strip(), text.strip() + "\n", None, [user.email])
