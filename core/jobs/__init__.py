"""Durable jobs: the row is the job, the Celery message is only a wake-up.

    @job(queue="notify")
    def notify_author(job, *, comment_id): ...

    enqueue("notifications.notify_author", comment_id=7)    # inside the action's transaction

A transactional handler (the default) runs in the transaction that marks its job done, so its writes
happen exactly once. A handler with `transactional=False` works outside a transaction (pictures, mail,
HTTP) and must give the same result when run twice.
"""

from core.jobs.queue import each_of, enqueue, enqueue_each, enqueuing_each
from core.jobs.registry import QUEUES, Handler, job

__all__ = ["QUEUES", "Handler", "each_of", "enqueue", "enqueue_each", "enqueuing_each", "job"]
