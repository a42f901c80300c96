"""Publishes again and again, each time in a process that is killed after the commit, before it wakes anybody: in turns
before and after it has said that it will.

    python -m tests.faults.dying CIRCLE TIMES

Prints how many died of that. It forks, so no thread or connection of the suite may be in it.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from typing import NoReturn
from uuid import uuid4

import django


def publish_and_die(circle_id: int, times: int) -> Iterator[bool]:
    from accounts.models import User
    from circles.actions import posts
    from circles.models import Circle
    from core.jobs import QUEUES, queue

    for number in range(times):
        child = os.fork()
        if child == 0:
            if number % 2:
                queue._called = die
            else:
                for name in QUEUES:
                    queue.answer(name)  # what the one before has said
                queue._called = said_and_died(queue._called)
            circle = Circle.objects.get(pk=circle_id)
            posts.publish(author=User.objects.get(pk=circle.owner_id), circle=circle, key=uuid4(), body=f"第{number}帖")
            os._exit(0)
        yield os.waitpid(child, 0)[1] == signal.SIGKILL


def said_and_died(say: Callable[[list[str]], set[str]]) -> Callable[[list[str]], NoReturn]:
    def say_and_die(queues: list[str]) -> NoReturn:
        say(queues)
        die()

    return say_and_die


def die(*_queues: object) -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise SystemExit


if __name__ == "__main__":
    django.setup()
    print(sum(publish_and_die(int(sys.argv[1]), int(sys.argv[2]))))
