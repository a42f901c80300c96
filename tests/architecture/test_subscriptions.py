"""config/subscriptions.py is the one page that says what happens when: nothing may be missing from it."""

import inspect
from dataclasses import fields

from config.subscriptions import SUBSCRIPTIONS
from core.events import Event
from core.jobs.registry import HANDLERS


def subclasses(base: type) -> set[type]:
    return {found for child in base.__subclasses__() for found in ({child} | subclasses(child))}


def test_every_event_stands_in_the_table():
    assert {event.__name__ for event in subclasses(Event)} == {event.__name__ for event in SUBSCRIPTIONS}


def test_every_consumer_is_a_registered_handler_that_takes_the_event_s_fields():
    for event, names in SUBSCRIPTIONS.items():
        expected = {field.name for field in fields(event)}
        for name in names:
            handler = HANDLERS[name]
            _job, *parameters = inspect.signature(handler.run).parameters.values()
            assert {parameter.name for parameter in parameters} == expected, f"{name} does not fit {event.__name__}"
            assert handler.run.__module__.endswith(".consumers"), f"{name} belongs into consumers.py"
