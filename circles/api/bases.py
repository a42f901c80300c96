"""Fields that several serializers of circles share."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from circles.byline import Byline


class TextField(serializers.CharField):
    """Words as they were typed. What cannot be stored is taken out by the action, as for a form."""

    def __init__(self, **options: Any) -> None:
        super().__init__(trim_whitespace=False, **options)
        self.validators = [check for check in self.validators if not type(check).__name__.startswith("Prohibit")]


@extend_schema_field({"type": "string", "format": "uri", "nullable": True, "readOnly": True})
class AddressField(serializers.Field):
    """A path of this site as an absolute address, or null."""

    def __init__(self, **options: Any) -> None:
        super().__init__(read_only=True, **options)

    def to_representation(self, value: Any) -> str | None:
        path = value() if callable(value) else value
        request = self.context.get("request")
        return request.build_absolute_uri(path) if path and request else path


@extend_schema_field({"type": "string", "nullable": True, "readOnly": True})
class NoneIfEmpty(serializers.CharField):
    """A text, or null where there is none."""

    def __init__(self, **options: Any) -> None:
        super().__init__(read_only=True, **options)

    def to_representation(self, value: Any) -> str | None:  # type: ignore[override]
        return value or None


class BylineSerializer(serializers.Serializer[Byline]):
    """An author as they appear here: `username` and `url` are null where the name does not lead to a profile."""

    username = NoneIfEmpty()
    nickname = serializers.CharField(read_only=True)
    is_verified = serializers.BooleanField(read_only=True)
    is_pseudonym = serializers.BooleanField(source="is_masked", read_only=True)
    role = serializers.SerializerMethodField(help_text="In the circle: owner, admin, moderator or editor; else empty.")
    title = serializers.SerializerMethodField(help_text="Given by the circle's owner; often empty.")
    avatar_url = AddressField()
    url = AddressField()

    def get_role(self, by: Byline) -> str:
        return by.mark.role if by.mark else ""

    def get_title(self, by: Byline) -> str:
        return by.mark.title if by.mark else ""
