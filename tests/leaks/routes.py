"""Every route of the site, and whose ids belong into it. A route that stands nowhere here fails the test."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from core.pagination import encode_cursor
from tests.leaks.world import Place, World, word

Arguments = dict[str, Any]
NOWHERE = 2**40
"""An id that no row has."""
NOBODYS = uuid4()
LONG_AGO = encode_cursor(datetime(2001, 1, 1, tzinfo=UTC), 0)


def all_routes() -> Iterator[tuple[str, str]]:
    """(name with namespace, pattern) of every route; those of the admin under one name."""
    yield from _walk(get_resolver().url_patterns, "", "")


def _walk(patterns: list[Any], prefix: str, namespace: str) -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, path, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name or path}", path


def of_circle(place: Place) -> list[Arguments]:
    return [{"slug": place.circle.slug}]


def of_gates(place: Place) -> list[Arguments]:
    return [{"slug": place.circle.slug, "action": "view"}]


def of_members(place: Place) -> list[Arguments]:
    return [{"slug": place.circle.slug, "pk": row.pk} for row in place.circle.memberships.order_by("pk")[:2]]


def of_revoked(place: Place) -> list[Arguments]:
    return [{"slug": place.circle.slug, "pk": 1}]


def of_posts(place: Place) -> list[Arguments]:
    return [{"pk": post.pk} for post in (place.post, place.shy_post, place.hidden)]


def of_topics(place: Place) -> list[Arguments]:
    return [{"slug": place.circle.slug, "name": word(name, place.kind)} for name in ("topic", "gonetopic")]


def of_books(place: Place) -> list[Arguments]:
    return [{"pk": place.book.pk}]


def of_pages(place: Place) -> list[Arguments]:
    return [{"pk": place.book.pk, "page": page.pk} for page in place.book.pages.all()]


def of_medals(place: Place) -> list[Arguments]:
    return [{"slug": place.circle.slug, "pk": place.medal.pk}]


def of_medal_awards(place: Place) -> list[Arguments]:
    return [{"slug": place.circle.slug, "pk": place.medal.pk, "award": place.award.pk}]


def of_awards(place: Place) -> list[Arguments]:
    return [{"pk": place.award.pk}]


def of_goals(place: Place) -> list[Arguments]:
    return [{"slug": place.circle.slug, "pk": place.goal.pk}]


def of_held(place: Place) -> list[Arguments]:
    return [{"pk": place.held.pk}]


def of_circle_held(place: Place) -> list[Arguments]:
    return [{"slug": place.circle.slug, "pk": place.held.pk}]


def of_months(place: Place) -> list[Arguments]:
    local = timezone.localtime(place.post.published_at)
    return [{"slug": place.circle.slug, "year": local.year, "month": local.month}]


def of_exports(place: Place) -> list[Arguments]:
    return [{"slug": place.circle.slug, "export_id": NOBODYS}]


def of_comments(place: Place) -> list[Arguments]:
    return [{"pk": comment.pk} for comment in (place.floor, place.reply, place.deleted)]


def of_people(place: Place) -> list[Arguments]:
    return [{"username": person.username} for person in (place.author, place.shy_post.author)]


def of_follows(place: Place) -> list[Arguments]:
    return [{**person, "which": which} for person in of_people(place) for which in ("followers", "following")]


def of_pictures(place: Place) -> list[Arguments]:
    pictures = (place.picture, place.said_picture)
    return [{"key": picture.key.hex, "size": size} for picture in pictures for size in ("large", "thumb")]


UNKNOWN: dict[Callable[[Place], list[Arguments]], Arguments] = {
    of_circle: {"slug": "there-is-none"},
    of_gates: {"slug": "there-is-none", "action": "view"},
    of_members: {"slug": "there-is-none", "pk": NOWHERE},
    of_revoked: {"slug": "there-is-none", "pk": 1},
    of_posts: {"pk": NOWHERE},
    of_topics: {"slug": "there-is-none", "name": "none"},
    of_books: {"pk": NOWHERE},
    of_pages: {"pk": NOWHERE, "page": NOWHERE},
    of_months: {"slug": "there-is-none", "year": 2026, "month": 11},
    of_medals: {"slug": "there-is-none", "pk": NOWHERE},
    of_medal_awards: {"slug": "there-is-none", "pk": NOWHERE, "award": NOWHERE},
    of_awards: {"pk": NOWHERE},
    of_goals: {"slug": "there-is-none", "pk": NOWHERE},
    of_held: {"pk": NOWHERE},
    of_circle_held: {"slug": "there-is-none", "pk": NOWHERE},
    of_exports: {"slug": "there-is-none", "export_id": NOBODYS},
    of_comments: {"pk": NOWHERE},
    of_pictures: {"key": uuid4().hex, "size": "large"},
}
"""What somebody who may not see a place must not be able to tell from it."""

BY_PLACE: dict[str, Callable[[Place], list[Arguments]]] = {
    **dict.fromkeys(
        (
            "circles:apply",
            "circles:banned",
            "circles:circle",
            "circles:doors",
            "circles:invitations",
            "circles:log",
            "circles:next_owner",
            "circles:offer",
            "circles:requests",
            "circles:staff",
            "circles:members",
            "circles:edit_circle",
            "circles:me_in_circle",
            "circles:join",
            "circles:leave",
            "circles:mute",
            "circles:compose",
            "circles:enter",
            "circles:new_posts",
            "circles:circle_feed",
            "circles:read",
            "circles:gates",
            "circles:gates_listing",
            "api:byline",
            "api:application",
            "api:applications",
            "api:invitations",
            "api:members",
            "api:banned",
            "api:roles",
            "api:log",
            "api:offer",
            "api:offer_answer",
            "api:successors",
            "api:succession",
            "api:candidacy",
            "api:succession_vote",
            "api:gates",
            "api:gates_preview",
            "circles:hand_over",
            "circles:topics",
            "circles:archive",
            "circles:shelves",
            "circles:collections",
            "circles:circle_export",
            "api:circle_topics",
            "api:circle_shelves",
            "api:circle_archive",
            "api:circle_collections",
            "discovery:hot_in_circle",
            "discovery:dismiss_circle",
            "api:circle_hot",
            "api:dismissed_circle",
            "notifications:mute_circle",
            "api:circle",
            "api:membership",
            "api:circle_posts",
            "daily:circle",
            "daily:sign_in",
            "daily:make_up",
            "daily:levels",
            "daily:circle_medals",
            "daily:goals",
            "daily:begin_goal",
            "desk:announce",
            "desk:welcome",
            "desk:rules",
            "desk:words",
            "desk:held",
            "api:circle_medals",
            "api:goals",
            "api:member_notices",
            "api:welcome",
            "api:words",
            "api:held",
            "desk:desk",
            "desk:figures",
            "desk:cohorts",
            "api:figures",
            "api:daily",
            "api:sign_in",
            "api:levels",
        ),
        of_circle,
    ),
    **dict.fromkeys(
        (
            "circles:post",
            "circles:edit_post",
            "circles:edit_post_photo",
            "circles:delete_post",
            "circles:like",
            "circles:new_floors",
            "circles:feature_post",
            "circles:pin_post",
            "circles:collect",
            "circles:put_on_shelf",
            "circles:keep_post",
            "api:post_feature",
            "api:post_pin",
            "api:post_bookmark",
            "circles:vote",
            "circles:close_poll",
            "circles:sign_up",
            "circles:event_ics",
            "circles:check_in",
            "circles:participants",
            "circles:set_present",
            "circles:call_off",
            "circles:accept",
            "circles:history",
            "circles:post_link",
            "circles:share_post",
            "circles:poster",
            "circles:preview_picture",
            "circles:comment",
            "api:post",
            "api:comments",
            "api:like",
            "api:vote",
            "api:sign_up",
            "api:check_in",
            "api:participants",
            "api:close",
            "api:accepted",
            "api:versions",
            "api:post_link",
        ),
        of_posts,
    ),
    **dict.fromkeys(
        ("daily:circle_medal", "api:circle_medal", "api:circle_medal_holders"),
        of_medals,
    ),
    "api:circle_medal_holder": of_medal_awards,
    "daily:certificate": of_awards,
    **dict.fromkeys(
        (
            "daily:goal",
            "daily:change_goal",
            "daily:end_goal",
            "daily:goal_certificate",
            "api:goal",
            "api:goal_running",
        ),
        of_goals,
    ),
    "circles:my_held_one": of_held,
    "api:held_one": of_circle_held,
    **dict.fromkeys(
        (
            "circles:floor",
            "circles:delete_comment",
            "circles:edit_comment",
            "circles:like_comment",
            "circles:replies",
            "api:comment",
            "api:comment_like",
        ),
        of_comments,
    ),
    **dict.fromkeys(
        (
            "accounts:profile",
            "circles:person_posts",
            "circles:person_circles",
            "daily:person_medals",
            "api:person_medals",
            "discovery:dismiss_person",
            "api:dismissed_person",
            "accounts:about",
            "accounts:follow",
            "accounts:unfollow",
            "accounts:remove_follower",
            "api:person_follow",
            "api:follower",
            "accounts:block",
            "accounts:mute",
            "accounts:unblock",
            "accounts:unmute",
            "api:person",
            "api:person_block",
            "api:person_mute",
        ),
        of_people,
    ),
    **dict.fromkeys(("accounts:follows", "api:person_follows"), of_follows),
    **dict.fromkeys(("circles:edit_gate", "circles:withdraw_gate"), of_gates),
    "circles:topic": of_topics,
    "circles:archive_month": of_months,
    "circles:download_circle_export": of_exports,
    **dict.fromkeys(("circles:collection", "circles:edit_collection"), of_books),
    **dict.fromkeys(("api:collection", "api:collection_pages"), of_books),
    "api:collection_page": of_pages,
    **dict.fromkeys(
        ("circles:member", "api:member", "api:member_silence", "api:member_ban", "api:member_removal"), of_members
    ),
    **dict.fromkeys(("circles:revoke_invitation", "api:invitation", "api:application_of"), of_revoked),
    "circles:picture": of_pictures,
}
"""Routes about one circle, post, comment, person or picture."""

WITHOUT_ARGUMENTS = (
    "home",
    "feeds:aside",
    "feeds:following",
    "discovery:hot",
    "discovery:rising",
    "discovery:for_you",
    "discovery:people",
    "discovery:dismissed",
    "discovery:welcome",
    "api:hot",
    "api:rising",
    "api:for_you",
    "api:people_known",
    "api:welcome",
    "api:home_following",
    "accounts:my_followers",
    "accounts:follow_settings",
    "api:follow_settings",
    "feeds:new",
    "feeds:new_count",
    "accounts:me",
    "accounts:edit_profile",
    "accounts:verify",
    "circles:discover",
    "circles:kept",
    "circles:bookmark_folders",
    "api:bookmarks",
    "api:foundings",
    "circles:create",
    "circles:foundings",
    "circles:compose_anywhere",
    "daily:mine",
    "daily:my_medals",
    "api:my_medals",
    "api:on_this_day",
    "circles:my_held",
    "api:own_held",
    "daily:time_zone",
    "circles:drafts",
    "merchants:discover",
    "merchants:apply",
    "notifications:preferences",
    "notifications:push",
    "webapp:manifest",
    "webapp:offline",
    "webapp:service_worker",
    "circles:share",
    "circles:featured_feed",
    "notifications:inbox",
    "notifications:read_all",
    "notifications:badge",
    "search:search",
    "search:suggest",
    "api:search",
    "api:schema",
    "api:docs",
    "api:token",
    "api:me",
    "api:circles",
    "api:drafts",
    "api:pictures",
    "api:merchants",
    "api:home",
    "api:notifications",
    "api:notifications-read",
    "set_language",
    "accounts:blocked",
    "accounts:credit",
    "accounts:outside_score",
    "accounts:outside_score_back",
    "accounts:outside_score_sandbox",
    "accounts:outside_score_take_back",
    "accounts:privacy",
    "accounts:verify_back",
    "accounts:verify_cancel",
    "accounts:verify_waiting",
    "api:credit",
    "api:distance",
    "api:facts",
    "api:identity",
    "api:outside_score",
    "api:issuer_facts",
    "api:issuer_subjects",
    "accounts:close_account",
    "accounts:data",
    "accounts:facts",
    "accounts:prove",
    "accounts:prove_code",
    "accounts:request_export",
    "accounts:stay",
    "accounts:agree",
    "accounts:end_other_sessions",
    "accounts:guardian",
    "accounts:phone",
    "accounts:phone_code",
    "accounts:privacy_notice",
    "accounts:remove_phone",
    "accounts:security",
    "accounts:terms",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_authenticate",
    "mfa_deactivate_totp",
    "mfa_download_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_index",
    "mfa_list_webauthn",
    "mfa_login_webauthn",
    "mfa_overview",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_view_recovery_codes",
    "account_signup",
    "account_login",
    "account_logout",
    "account_inactive",
    "account_reauthenticate",
    "account_email",
    "account_email_verification_sent",
    "account_change_password",
    "account_set_password",
    "account_reset_password",
    "account_confirm_login_code",
    "account_reset_password_from_key_done",
    "account_reset_password_done",
)
"""About whoever asks, or about everything."""

BY_MERCHANT = (
    "merchants:merchant",
    "merchants:follow",
    "merchants:unfollow",
    "merchants:mute",
    "merchants:announce",
    "notifications:mute_merchant",
    "api:merchant",
    "api:announcements",
    "api:following",
)
"""Fan pages are public; so is the merchant's circle."""

SCHOOL = {"slug": "zq-school"}
OTHERS: dict[str, Arguments] = {
    "icons": {"digest": "zq"},
    "notifications:unsubscribe": {"token": "zq"},
    "circles:founding": {"pk": 1},
    "daily:show_medal": {"pk": NOWHERE},
    "api:my_medal": {"pk": NOWHERE},
    "api:founding": {"pk": 1},
    "circles:invitation": {"code": "zq"},
    "api:invited": {"code": "zq"},
    "notifications:open": {"pk": 1},
    "accounts:credit_appeal": {"pk": 1},
    "accounts:identity_callback": {"provider": "sandbox"},
    "api:credit_appeal": {"pk": 1},
    "accounts:end_session": {"session_id": 1},
    "accounts:guardian_answer": {"code": "zq"},
    "mfa_edit_webauthn": {"pk": 1},
    "mfa_remove_webauthn": {"pk": 1},
    "accounts:delete_export": {"export_id": uuid4()},
    "accounts:download_export": {"export_id": uuid4()},
    "accounts:drop_fact": {"pk": 1},
    "api:fact": {"pk": 1},
    "api:issuer_revoke": {"pk": 1},
    "accounts:show_code": SCHOOL,
    "accounts:desk": SCHOOL,
    "accounts:desk_codes": SCHOOL,
    "accounts:desk_keys": SCHOOL,
    "accounts:desk_lists": SCHOOL,
    "accounts:desk_people": SCHOOL,
    "accounts:desk_revoke": {**SCHOOL, "pk": 1},
    "accounts:desk_withdraw_batch": {**SCHOOL, "pk": 1},
    "accounts:desk_withdraw_key": {**SCHOOL, "pk": 1},
    "accounts:desk_withdraw_list": {**SCHOOL, "pk": 1},
    "account_confirm_email": {"key": "zq"},
    "account_reset_password_from_key": {"uidb36": "1", "key": "zq-zq"},
    "circles:file_bookmark": {"pk": 1},
    "circles:draft_photo": {"draft_id": uuid4()},
    "circles:draft_photo_remove": {"draft_id": uuid4(), "key": uuid4().hex},
    "circles:discard_draft": {"draft_id": uuid4()},
    "api:draft": {"draft_id": uuid4()},
    "circles:autosave_draft": {"draft_id": uuid4()},
    "circles:unschedule_draft": {"draft_id": uuid4()},
}
"""With an argument that stands for nothing in a circle."""

ASKED_WITH: dict[str, list[str]] = {
    "home": ["", "?before=zq"],
    "feeds:new": ["?since=0"],
    "feeds:new_count": ["?since=0"],
    "circles:discover": ["", "?q=zq"],
    "circles:circle": ["", "?tab=featured"],
    "circles:post": ["", "?floor=1", "?order=newest", "?order=best", "?only=author"],
    "api:comments": ["", "?order=best", "?only=author", "?floor=1"],
    "circles:new_floors": ["", "?after=0", "?after=0&load=1"],
    "circles:new_posts": ["", f"?since={LONG_AGO}", f"?since={LONG_AGO}&load=1"],
    "notifications:inbox": ["", "?tab=mentions", "?tab=announcements"],
    "api:circles": ["", "?q=zq"],
    "search:search": [
        "",
        "?q=看客",
        "?q=看客&sort=newest",
        "?q=看客&type=comments",
        "?q=zq&type=circles",
        "?q=zq&type=people",
    ],
    "search:suggest": ["?q=zq", "?q=看"],
    "api:search": ["?q=看客", "?q=看客&type=comments", "?q=zq&type=circles", "?q=看客&type=people"],
    "discovery:welcome": ["", "?step=place", "?step=notices", "?step=circles"],
}
"""Queries worth asking besides the bare address."""

IN_PARTS = {
    "home",
    "feeds:following",
    "discovery:hot",
    "discovery:hot_in_circle",
    "feeds:new",
    "circles:circle",
    "circles:topic",
    "circles:topics",
    "circles:archive_month",
    "circles:kept",
    "circles:discover",
    "circles:members",
    "circles:person_posts",
    "circles:post",
    "notifications:inbox",
    "search:search",
}
"""Pages that answer htmx with a part of themselves."""

NOT_OURS = {
    "api:api/v1/",
    "development:mail",
    "development:message",
    "styleguide:index",
    "styleguide:upload",
    "styleguide:more",
    "styleguide:like",
}
"""The answer to unknown addresses; and what is not there in production: the local inbox and the style guide."""


def is_of_admin(pattern_name: str) -> bool:
    """The admin asks for its own permission; it is looked at apart."""
    return pattern_name.startswith(("admin:", "admin/"))


def anywhere(world: World) -> Iterator[tuple[str, Arguments]]:
    """Every route that is about no circle, with arguments."""
    yield from ((name, {}) for name in WITHOUT_ARGUMENTS)
    yield from ((name, {"slug": world.merchant.slug}) for name in BY_MERCHANT)
    yield from OTHERS.items()


def classified() -> set[str]:
    return {*BY_PLACE, *WITHOUT_ARGUMENTS, *BY_MERCHANT, *OTHERS, *NOT_OURS}
