"""What somebody might send to every address that takes it: forms that do something when their sender may."""

import json
from collections.abc import Callable, Collection, Iterator
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone

from tests.leaks import routes
from tests.leaks.world import Place

Sent = tuple[str, Callable[[Client], HttpResponse]]
WATCHED = ("circles_", "daily_")
"""Tables of circles and what is in them begin so."""
OWN = {"circles_bookmark", "circles_draft", "circles_draftphoto", "circles_readingplace"}
"""Whoever asks keeps these for themselves alone; what was typed for a circle that is gone is kept as a draft."""

AT = {routes.of_members: 1}
"""Which of its kind is asked for: not the owner, to whom nobody does anything."""

OPEN_TO_ALL = {
    "circles:comment",
    "circles:join",
    "circles:like",
    "circles:like_comment",
    "circles:sign_up",
    "circles:vote",
    "api:comments",
    "api:comment_like",
    "api:like",
    "api:membership",
    "api:sign_up",
    "api:vote",
}
"""Whoever is verified may do this in a public circle, member or not."""

DONE: dict[str, tuple[str, ...]] = {
    "circles:member": ("role", "title", "silence", "remove", "ban"),
    "circles:edit_collection": ("edit", "add_section", "rename_section", "remove_section", "remove_page", "delete"),
    "circles:shelves": ("add", "rename", "remove"),
    "circles:collect": ("add", "remove"),
    "daily:circle_medal": ("change", "give", "revoke"),
    "daily:end_goal": ("end", "resume"),
    "circles:compose": ("publish", "schedule"),
}
"""Forms with several buttons: what they say under "do"."""


OWNERS = {
    *("circles:doors save", "circles:edit_circle save", "circles:gates_listing save"),
    *("circles:hand_over save", "circles:invitations save", "circles:staff save", "circles:collections save"),
    *("circles:delete_post save", "circles:feature_post save", "circles:pin_post save", "circles:put_on_shelf save"),
    *("circles:collect remove", "circles:delete_comment save", "circles:shelves add"),
    *("circles:member role", "circles:member title", "circles:member silence", "circles:member remove"),
    *("circles:member ban", "circles:edit_collection edit", "circles:edit_collection remove_page"),
    *("circles:edit_collection delete", "daily:levels save", "daily:circle_medals save", "daily:circle_medal change"),
    *("daily:circle_medal revoke", "daily:change_goal save", "daily:end_goal end"),
    *("desk:announce save", "desk:welcome save", "desk:rules save", "desk:words save", "desk:held save"),
}
"""What a circle's owner does change by these very forms."""


def form(place: Place) -> dict[str, Any]:
    """Every name a form of a circle asks for, with a value it takes: each view picks its own."""
    later = timezone.now() + timedelta(days=5)
    return {
        "name": "改了名", "title": "改了题", "intro": "改了", "text": "改了", "body": "改了字", "rules": "改了",
        "words": "改了", "reason": "改了", "statement": "改了", "category": place.circle.category_id, "draft": uuid4(),
        "visibility": "public", "entry": "invite", "role": "moderator", "hours": "24", "days": "7", "key": uuid4(),
        "award": place.award.pk, "held": place.held.pk, "release": "1", "collection": place.book.pk,
        "section": place.book.sections.get().pk, "page": place.book.pages.first().pk, "successor": place.author.pk,
        "to": place.author.nickname, "comment": place.reply.pk, "sign_up": "1", "choice": "0", "choices": [0],
        "way1_verified": "on",
        "nickname": "改名", "linked": True, "code": "WRONG1", "post": place.post.pk, "is_active": "on",
        "target": "100", "is_on": "on", "title_1": "改了", "place": "改了",
        "zone": "UTC", "starts_at": f"{later:%Y-%m-%dT%H:%M}", "fact": "adult", "rule": "hand",
        "icon": "star", "listed": "1", "text_0": "改了",
    }  # fmt: skip


def forms(place: Place, *, without: Collection[str] = ()) -> Iterator[Sent]:
    """Of every page of the place that takes a form: its name and button, the way to send it."""
    typed = form(place)
    for name, arguments_of in routes.BY_PLACE.items():
        if name not in without and not name.startswith("api:"):
            path = reverse(name, kwargs=arguments_of(place)[AT.get(arguments_of, 0)])
            for do in DONE.get(name, ("save",)):
                yield f"{name} {do}", partial(_post, path, {**typed, "do": do})


def bodies(place: Place, *, without: Collection[str] = ()) -> Iterator[Sent]:
    """The same of every address of the API, by each method that writes there."""
    body = json.dumps({**form(place), "rule": {"version": 1, "role": "member"}}, default=str)
    for name, arguments_of in routes.BY_PLACE.items():
        if name not in without and name.startswith("api:"):
            path = reverse(name, kwargs=arguments_of(place)[AT.get(arguments_of, 0)])
            for method in methods(path):
                yield f"{name} {method}", partial(_send, method, path, body)


def forms_and_bodies(place: Place, *, without: Collection[str] = ()) -> Iterator[Sent]:
    yield from forms(place, without=without)
    yield from bodies(place, without=without)


def _post(path: str, typed: dict[str, Any], client: Client) -> HttpResponse:
    return client.post(path, typed)


def _send(method: str, path: str, body: str, client: Client) -> HttpResponse:
    return client.generic(method, path, body, content_type="application/json")


def methods(path: str) -> list[str]:
    """Those of an address of the API that write."""
    view: Any = resolve(path).func
    return [name for name in ("POST", "PUT", "PATCH", "DELETE") if name.lower() in view.view_class.__dict__]


class Rows:
    """All rows of the tables that are watched; read again only where something was written at all."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            names = connection.introspection.table_names(cursor)
        self._tables = [name for name in names if name.startswith(WATCHED) and name not in OWN]
        each = "SELECT '{0}', count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {0} t"
        self._all = " UNION ALL ".join(each.format(name) for name in self._tables)
        self._written, self._known = self.written(), self._read()

    def written(self) -> int:
        """How many of their rows this transaction has written so far, taken back or not."""
        count = "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables WHERE relname = ANY(%s)"
        with connection.cursor() as cursor:
            cursor.execute(count, [self._tables])
            return int(cursor.fetchone()[0])

    def changed(self) -> list[str]:
        """The tables that are not as they were at the last question."""
        written = self.written()
        if written == self._written:
            return []
        before, self._written, self._known = self._known, written, self._read()
        return [name for name, rows in self._known.items() if rows != before[name]]

    def _read(self) -> dict[str, tuple[int, str]]:
        with connection.cursor() as cursor:
            cursor.execute(self._all)
            return {name: (count, digest) for name, count, digest in cursor.fetchall()}
