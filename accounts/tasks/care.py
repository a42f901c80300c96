"""Letters, exports and closings: what a person's account needs of workers."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from celery import shared_task

from accounts import letters
from accounts.actions import closing, data, devices, guardians, phone, sessions
from accounts.models import User
from core.jobs import job
from core.jobs.schedule import once_per_slot
from core.models import Job


@job(queue="media", transactional=False)
def send_letter(job: Job, *, user_id: int, kind: str, language: str, context: dict[str, Any]) -> None:
    user = User.objects.active().filter(pk=user_id).exclude(email="").first()
    if user is not None:
        letters.send(kind, user=user, language=language, context=context)


@job(queue="bulk", transactional=False)
def build_export(job: Job, *, export_id: str, language: str) -> None:
    data.build_export(export_id=UUID(export_id), language=language)


@job(queue="bulk")
def close_account(job: Job, *, user_id: int, due: str) -> None:
    closing.close(user_id=user_id, due=datetime.fromisoformat(due))


@job(queue="media", transactional=False)
def send_phone_code(job: Job, *, code_id: int, language: str) -> None:
    phone.send_code(code_id=code_id, language=language)


@job(queue="bulk")
def forget_old_log_ins(job: Job) -> None:
    """Codes of yesterday, browsers of last year, and what a session's address tells beyond the neighbourhood."""
    phone.purge_codes()
    devices.purge()
    sessions.trim_addresses()
    guardians.forget_childhoods()


@job(queue="bulk", transactional=False)
def purge_exports(job: Job) -> None:
    while data.purge_exports():
        pass


@shared_task(name="accounts.keep_house")
def keep_house() -> None:
    """Once an hour: delete what is over."""
    once_per_slot("accounts.purge_exports", timedelta(hours=1))
    once_per_slot("accounts.forget_old_log_ins", timedelta(hours=1))
