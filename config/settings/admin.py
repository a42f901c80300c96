"""How the admin looks, and what stands in its side bar."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _


def _may(permission: str) -> Callable[[HttpRequest], bool]:
    return lambda request: request.user.has_perm(permission)


def _page(title: Any, icon: str, name: str, permission: str) -> dict[str, Any]:
    return {"title": title, "icon": icon, "link": reverse_lazy(f"admin:{name}"), "permission": _may(permission)}


def _list(title: Any, icon: str, model: str, permission: str, badge: str = "") -> dict[str, Any]:
    item = {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{model}_changelist"),
        "permission": _may(permission),
    }
    return {**item, "badge": badge, "badge_variant": "danger"} if badge else item


UNFOLD = {
    "SITE_TITLE": "Quanzi",
    "SITE_HEADER": "Quanzi 圈子",
    "SITE_SUBHEADER": _("Moderation"),
    "SITE_SYMBOL": "diversity_3",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("img/favicon.svg")},
    ],
    "LOGIN": {"form": "accounts.admin_login.StaffLoginForm"},
    "STYLES": [lambda request: static("css/admin.css")],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": True,
    "SHOW_LANGUAGES": True,
    "SHOW_BACK_BUTTON": True,
    "BORDER_RADIUS": "10px",
    "DASHBOARD_CALLBACK": "moderation.dashboard.dashboard",
    "COLORS": {
        "primary": {
            "50": "#eef5ff",
            "100": "#d9e8ff",
            "200": "#bcd8ff",
            "300": "#8ec0ff",
            "400": "#599eff",
            "500": "#3385ff",
            "600": "#1268ee",
            "700": "#0d56cc",
            "800": "#1148a3",
            "900": "#143f81",
            "950": "#11274e",
        },
    },
    "SIDEBAR": {
        "show_search": True,
        "show_all_applications": False,
        "navigation": [
            {
                "items": [
                    {"title": _("Overview"), "icon": "dashboard", "link": reverse_lazy("admin:index")},
                ],
            },
            {
                "title": _("Content"),
                "items": [
                    _list(_("Posts"), "article", "circles_post", "circles.view_post"),
                    _list(_("Comments"), "forum", "circles_comment", "circles.view_comment"),
                    _list(_("Circles"), "diversity_3", "circles_circle", "circles.view_circle"),
                    _list(_("Polls"), "ballot", "circles_poll", "circles.view_poll"),
                    _list(_("Events"), "event", "circles_event", "circles.view_event"),
                    _list(_("Topics"), "tag", "circles_topic", "circles.view_topic"),
                    _list(_("Collections"), "menu_book", "circles_collection", "circles.view_collection"),
                    _list(_("Shelves"), "shelves", "circles_shelf", "circles.view_shelf"),
                    _list(_("Hot posts"), "local_fire_department", "discovery_postheat", "discovery.view_postheat"),
                    _list(_("Rising circles"), "trending_up", "discovery_circlegrowth", "discovery.view_circlegrowth"),
                    _list(_("Categories"), "category", "circles_category", "circles.view_category"),
                    _list(
                        _("Circles asked for"),
                        "group_add",
                        "circles_founding",
                        "moderation.review_foundings",
                        "moderation.dashboard.foundings_badge",
                    ),
                    _list(_("Owners who are gone"), "person_off", "circles_succession", "moderation.review_foundings"),
                    _list(
                        _("Sensitive gates"),
                        "key",
                        "circles_gate",
                        "moderation.approve_gates",
                        "moderation.dashboard.gates_badge",
                    ),
                ],
            },
            {
                "title": _("People"),
                "items": [
                    _list(_("People"), "group", "accounts_user", "accounts.view_user"),
                    _list(_("Members of circles"), "group_work", "circles_membership", "circles.view_membership"),
                    _list(_("Follows"), "person_add", "accounts_follow", "accounts.view_follow"),
                    _list(
                        _("Openings of pseudonyms"),
                        "domino_mask",
                        "moderation_pseudonymopening",
                        "moderation.open_pseudonyms",
                    ),
                    _list(
                        _("Identity checks"),
                        "badge",
                        "accounts_identitycheck",
                        "moderation.review_identities",
                        "moderation.dashboard.identities_badge",
                    ),
                    _list(_("Institutions"), "account_balance", "accounts_institution", "accounts.view_institution"),
                    _list(_("Verified facts"), "workspace_premium", "accounts_fact", "accounts.view_fact"),
                    _list(
                        _("Verified identities"),
                        "verified_user",
                        "accounts_legalidentity",
                        "accounts.view_legalidentity",
                    ),
                ],
            },
            {
                "title": _("Conduct credit"),
                "items": [
                    _list(
                        _("Appeals"),
                        "balance",
                        "accounts_creditappeal",
                        "moderation.review_credit",
                        "moderation.dashboard.credit_badge",
                    ),
                    _list(_("Entries"), "fact_check", "accounts_creditentry", "moderation.review_credit"),
                ],
            },
            {
                "title": _("Daily life"),
                "items": [
                    _list(_("Medals"), "military_tech", "daily_medal", "moderation.moderate_people"),
                    _list(_("Medals held"), "redeem", "daily_award", "moderation.moderate_people"),
                    _list(_("Goals"), "park", "daily_goal", "moderation.moderate_content"),
                    _list(_("Causes"), "volunteer_activism", "daily_cause", "daily.view_cause"),
                    _list(_("Held posts"), "hourglass", "circles_held", "moderation.moderate_content"),
                    _list(_("News for all members"), "campaign", "circles_membernotice", "moderation.moderate_content"),
                ],
            },
            {
                "title": _("Merchants"),
                "items": [
                    _list(
                        _("Merchants"),
                        "storefront",
                        "merchants_merchant",
                        "merchants.view_merchant",
                        "moderation.dashboard.merchants_badge",
                    ),
                    _list(_("Announcements"), "campaign", "merchants_announcement", "merchants.view_announcement"),
                ],
            },
            {
                "title": _("Running the site"),
                "items": [
                    _list(_("Moderation log"), "history", "moderation_logentry", "moderation.view_logentry"),
                    _list(_("Jobs"), "memory", "core_job", "core.view_job", "moderation.dashboard.jobs_badge"),
                    _page(_("Large work"), "speed", "core_job_plans", "core.view_job"),
                    _page(_("Is it well?"), "health_and_safety", "core_health", "core.view_job"),
                    _list(_("Teams"), "shield_person", "auth_group", "auth.view_group"),
                    _list(_("Failed log-ins"), "lock_clock", "axes_accessattempt", "axes.view_accessattempt"),
                ],
            },
        ],
    },
}
