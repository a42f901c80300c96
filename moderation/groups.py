"""The group of people who moderate: what it may see and do."""

from typing import Any

MODERATORS = "Moderators"
PERMISSIONS = {
    "accounts": {"user": ["view_user"], "identitycheck": ["view_identitycheck"], "creditappeal": ["view_creditappeal"]},
    "circles": {
        "circle": ["view_circle"],
        "membership": ["view_membership"],
        "post": ["view_post"],
        "comment": ["view_comment"],
        "category": ["view_category"],
        "poll": ["view_poll"],
        "event": ["view_event"],
        "topic": ["view_topic"],
        "shelf": ["view_shelf"],
        "collection": ["view_collection"],
    },
    "discovery": {"postheat": ["view_postheat"], "circlegrowth": ["view_circlegrowth"]},
    "merchants": {"merchant": ["view_merchant"], "announcement": ["view_announcement"]},
    "core": {"picture": ["view_picture"]},
    "moderation": {
        "logentry": [
            "view_logentry",
            "moderate_content",
            "moderate_people",
            "review_identities",
            "review_merchants",
            "review_credit",
        ]
    },
}
"""App → model → codenames. Jobs are an administrator's."""


def make_moderators(apps: Any) -> Any:
    """Make the group, or give it what it lacks; `apps` is Django's registry or a migration's. Returns the group.

    Permissions are normally made after all migrations, so those missing are made here.
    """
    group_model = apps.get_model("auth", "Group")
    permission_model = apps.get_model("auth", "Permission")
    type_model = apps.get_model("contenttypes", "ContentType")
    group, _created = group_model.objects.get_or_create(name=MODERATORS)
    for app, models in PERMISSIONS.items():
        for model, codenames in models.items():
            content_type, _created = type_model.objects.get_or_create(app_label=app, model=model)
            for codename in codenames:
                permission, _created = permission_model.objects.get_or_create(
                    content_type=content_type, codename=codename, defaults={"name": codename.replace("_", " ")}
                )
                group.permissions.add(permission)
    return group
