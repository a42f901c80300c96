"""Lines of the inbox as the API shows them."""

from html import unescape

from django.utils.html import strip_tags
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from circles.api.serializers import BylineSerializer
from notifications import wording
from notifications.models import Kind
from notifications.queries import ANNOUNCEMENT, InboxItem

IDS_MAX = 200


class InboxItemSerializer(serializers.Serializer[InboxItem]):
    id = serializers.SerializerMethodField()
    kind = serializers.ChoiceField(choices=[*Kind.values, ANNOUNCEMENT], read_only=True)
    text = serializers.SerializerMethodField()
    quote = serializers.CharField(read_only=True)
    actor = BylineSerializer(read_only=True, allow_null=True)
    actor_count = serializers.IntegerField(read_only=True)
    circle = serializers.CharField(source="circle.slug", read_only=True, allow_null=True)
    merchant = serializers.SerializerMethodField()
    post_id = serializers.IntegerField(source="post.pk", read_only=True, allow_null=True)
    comment_id = serializers.SerializerMethodField()
    unread = serializers.BooleanField(read_only=True)
    time = serializers.DateTimeField(read_only=True)
    url = serializers.SerializerMethodField()

    @extend_schema_field(serializers.IntegerField(allow_null=True, help_text="Empty for announcements."))
    def get_id(self, item: InboxItem) -> int | None:
        return item.notification.pk if item.notification else None

    @extend_schema_field(serializers.CharField(help_text="The whole sentence, in the language asked for."))
    def get_text(self, item: InboxItem) -> str:
        return unescape(strip_tags(wording.sentence(item)))

    @extend_schema_field(serializers.CharField(allow_null=True, help_text="The merchant's slug."))
    def get_merchant(self, item: InboxItem) -> str | None:
        return item.merchant.slug if item.merchant else None

    def get_comment_id(self, item: InboxItem) -> int | None:
        return item.comment.pk if item.comment else None

    def get_url(self, item: InboxItem) -> str:
        return self.context["request"].build_absolute_uri(item.target_url)


class ReadSerializer(serializers.Serializer[None]):
    ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
        max_length=IDS_MAX,
        required=False,
        help_text="Notifications to mark read; left out: all of them, announcements too.",
    )


class UnreadSerializer(serializers.Serializer[dict[str, int]]):
    unread = serializers.IntegerField(read_only=True)
