"""Merchants as the API shows them; the same cards that pages show. Addresses are absolute."""

from typing import Any

from rest_framework import serializers

from circles.api.serializers import AddressField, CircleInPostSerializer, LevelField
from merchants.queries import MerchantCard


class MerchantSerializer(serializers.Serializer[MerchantCard]):
    """A verified merchant as the caller sees it."""

    slug = serializers.CharField(source="merchant.slug", read_only=True)
    name = serializers.CharField(source="merchant.name", read_only=True)
    intro = serializers.CharField(source="merchant.intro", read_only=True)
    is_verified = serializers.BooleanField(source="merchant.is_verified", read_only=True)
    fan_count = serializers.IntegerField(source="merchant.fan_count", read_only=True)
    avatar_url = AddressField(source="merchant.avatar_url")
    cover_url = AddressField(source="merchant.cover_url")
    circle = CircleInPostSerializer(source="merchant.circle", read_only=True, allow_null=True)
    url = AddressField(source="merchant.get_absolute_url")
    following = serializers.BooleanField(read_only=True)


class FollowingSerializer(serializers.Serializer[Any]):
    """Whether the caller follows a merchant."""

    following = serializers.BooleanField(read_only=True)
    level = LevelField("this merchant")
    muted = serializers.BooleanField(
        required=False, help_text="Short for the level `muted`; false goes back to your default. `level` wins."
    )
