"""What is found, as the API shows it: each thing as everywhere else, with the place where it fits."""

from typing import Any

from rest_framework import serializers

from accounts.api.serializers import PersonSerializer
from circles.api.serializers import (
    AddressField,
    CircleInPostSerializer,
    CircleSerializer,
    PostSerializer,
    ReplySerializer,
)
from merchants.api.serializers import MerchantSerializer


class SnippetPieceSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(read_only=True)
    is_hit = serializers.BooleanField(read_only=True, help_text="Is this what was asked for?")


class FoundCommentSerializer(ReplySerializer):
    """A floor or a reply, and where it stands."""

    post_url = AddressField(source="post.get_absolute_url")
    circle = CircleInPostSerializer(source="post.circle", read_only=True)


class FoundTopicSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(read_only=True)
    post_count = serializers.IntegerField(read_only=True)
    circle = CircleInPostSerializer(read_only=True)
    url = AddressField(source="get_absolute_url")


class HitSerializer(serializers.Serializer[Any]):
    """One of the six is there, as `type` says; the others are null."""

    type = serializers.ChoiceField(choices=["post", "comment", "circle", "person", "merchant", "topic"], read_only=True)
    snippet = SnippetPieceSerializer(
        many=True, read_only=True, help_text="Of posts and comments: the text where it fits."
    )
    post = PostSerializer(read_only=True, allow_null=True)
    comment = FoundCommentSerializer(read_only=True, allow_null=True)
    circle = CircleSerializer(read_only=True, allow_null=True)
    person = PersonSerializer(read_only=True, allow_null=True)
    merchant = MerchantSerializer(read_only=True, allow_null=True)
    topic = FoundTopicSerializer(read_only=True, allow_null=True)
