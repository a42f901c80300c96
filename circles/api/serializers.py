"""Circles, posts and comments as the API shows them; the same cards that pages show. Addresses are absolute."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api.serializers import PersonSerializer
from accounts.models import NoticeLevel
from circles.api.bases import AddressField, BylineSerializer, NoneIfEmpty, TextField
from circles.api.kind_serializers import (
    EventSerializer,
    HappeningSerializer,
    KindFields,
    LinkSerializer,
    PhotoTextSerializer,
    PollingSerializer,
    PollSerializer,
)
from circles.models import Category, Circle, Comment, Membership
from circles.queries import CircleCard, Floor
from core.models import Picture
from core.numbers import ID_MAX


class LevelField(serializers.ChoiceField):
    """How much of a circle or merchant reaches the caller; empty is the caller's default."""

    def __init__(self, where: str, **options: Any) -> None:
        words = f"How much of {where} reaches you; empty: as your default."
        super().__init__(choices=NoticeLevel.choices, allow_blank=True, required=False, help_text=words, **options)


class PictureSerializer(serializers.Serializer[Picture]):
    """A picture. Workers make card and thumb within seconds; until then their addresses answer with the large one."""

    key = serializers.UUIDField(read_only=True)
    width = serializers.IntegerField(read_only=True, help_text="Pixels.")
    height = serializers.IntegerField(read_only=True, help_text="Pixels.")
    thumb_url = AddressField()
    card_url = AddressField()
    large_url = AddressField()


class CategorySerializer(serializers.Serializer[Category]):
    slug = serializers.CharField(read_only=True)
    name = serializers.CharField(read_only=True)
    name_en = serializers.CharField(read_only=True)


class MembershipSerializer(serializers.Serializer[Membership]):
    """What the caller is in a circle."""

    is_member = serializers.BooleanField(source="is_active", read_only=True)
    is_banned = serializers.BooleanField(read_only=True)
    role = serializers.CharField(read_only=True, help_text="owner, admin, moderator, editor or member.")
    level = LevelField("this circle")
    muted = serializers.BooleanField(
        help_text="Short for the level `muted`; false goes back to your default. `level` wins.", required=False
    )
    joined_at = serializers.DateTimeField(read_only=True)
    silenced_until = serializers.DateTimeField(read_only=True, allow_null=True)


class CircleInPostSerializer(serializers.Serializer[Circle]):
    number = serializers.IntegerField(read_only=True)
    slug = serializers.CharField(read_only=True)
    name = serializers.CharField(read_only=True)
    avatar_url = AddressField()
    url = AddressField(source="get_absolute_url")


class CircleSerializer(serializers.Serializer[CircleCard]):
    """A circle as the caller sees it."""

    number = serializers.IntegerField(source="circle.number", read_only=True)
    slug = serializers.CharField(source="circle.slug", read_only=True)
    name = serializers.CharField(source="circle.name", read_only=True)
    intro = serializers.CharField(source="circle.intro", read_only=True)
    rules = serializers.CharField(source="circle.rules", read_only=True)
    category = CategorySerializer(source="circle.category", read_only=True)
    kind = serializers.CharField(source="circle.kind", read_only=True, help_text="interest or merchant.")
    owner = PersonSerializer(source="circle.owner", read_only=True)
    avatar_url = AddressField(source="circle.avatar_url")
    cover_url = AddressField(source="circle.cover_url")
    member_count = serializers.IntegerField(source="circle.member_count", read_only=True)
    post_count = serializers.IntegerField(source="circle.post_count", read_only=True)
    created_at = serializers.DateTimeField(source="circle.created_at", read_only=True)
    url = AddressField(source="circle.get_absolute_url")
    membership = MembershipSerializer(read_only=True, allow_null=True)


class PostPhotoSerializer(PictureSerializer):
    """A picture of a post, with what is said of it."""

    caption = serializers.CharField(read_only=True)
    alt = serializers.CharField(read_only=True)

    def to_representation(self, photo: Any) -> dict[str, Any]:
        shown = PictureSerializer(photo.picture, context=self.context).data
        return {**shown, "caption": photo.caption, "alt": photo.alt}


class PostSerializer(serializers.Serializer[Any]):
    """A post as the caller sees it; made of a `circles.queries.PostCard`."""

    id = serializers.IntegerField(source="post.pk", read_only=True)
    url = AddressField(source="post.get_absolute_url")
    circle = CircleInPostSerializer(source="post.circle", read_only=True)
    author = BylineSerializer(source="post.byline", read_only=True)
    kind = serializers.CharField(
        source="post.kind", read_only=True, help_text="post, article, poll, event, question or announcement."
    )
    title = serializers.CharField(source="post.title", read_only=True)
    body = serializers.CharField(source="post.body", read_only=True)
    html = serializers.CharField(source="post.body_html", read_only=True)
    is_ai_made = serializers.BooleanField(source="post.is_ai_made", read_only=True)
    photos = serializers.SerializerMethodField()
    link = LinkSerializer(source="post.shown_link", read_only=True, allow_null=True)
    poll = PollSerializer(read_only=True, allow_null=True)
    event = EventSerializer(read_only=True, allow_null=True)
    accepted = serializers.IntegerField(
        source="post.accepted_id", read_only=True, allow_null=True, help_text="The floor that answers a question."
    )
    is_featured = serializers.BooleanField(source="post.is_featured", read_only=True)
    is_pinned = serializers.BooleanField(source="post.is_pinned", read_only=True)
    like_count = serializers.IntegerField(source="post.like_count", read_only=True)
    comment_count = serializers.IntegerField(source="post.comment_count", read_only=True)
    published_at = serializers.DateTimeField(source="post.published_at", read_only=True)
    edited_at = serializers.DateTimeField(source="post.edited_at", read_only=True, allow_null=True)
    liked = serializers.BooleanField(read_only=True)
    can_edit = serializers.BooleanField(read_only=True)
    can_delete = serializers.BooleanField(read_only=True)
    can_moderate = serializers.BooleanField(read_only=True)
    can_pin = serializers.BooleanField(read_only=True)
    can_feature = serializers.BooleanField(read_only=True)

    @extend_schema_field(PostPhotoSerializer(many=True))
    def get_photos(self, card: Any) -> Any:
        return PostPhotoSerializer(card.post.photos.all(), many=True, context=self.context).data


class PublishingSerializer(KindFields):
    """A post to be published: words, pictures, or both, and what its kind has besides."""

    body = TextField(default="", allow_blank=True)
    photos = serializers.ListField(
        child=serializers.UUIDField(), default=list, help_text="Keys of uploaded pictures, in order."
    )
    photo = serializers.ListField(
        child=serializers.FileField(), required=False, write_only=True, help_text="Pictures themselves (multipart)."
    )
    key = serializers.UUIDField(
        required=False, help_text="Made by the client: sending it again returns the post made the first time."
    )


class EditingSerializer(serializers.Serializer[Any]):
    """What shall change. Without `photos` they stay; with it, these are the post's photos."""

    title = TextField(required=False, allow_blank=True)
    body = TextField(required=False, allow_blank=True)
    is_ai_made = serializers.BooleanField(required=False)
    poll = PollingSerializer(required=False, help_text="Of one that is held back and that nobody has seen.")
    event = HappeningSerializer(required=False)
    photos = serializers.ListField(child=serializers.UUIDField(), required=False)
    photo_texts = PhotoTextSerializer(
        many=True, required=False, help_text="With `photos`: captions and alt texts by key."
    )


class LikeSerializer(serializers.Serializer[Any]):
    liked = serializers.BooleanField(read_only=True)
    like_count = serializers.IntegerField(read_only=True)


class NameSerializer(serializers.Serializer[Any]):
    username = NoneIfEmpty()
    nickname = serializers.CharField(read_only=True)


class QuoteSerializer(serializers.Serializer[Any]):
    """Another comment under the same post; of one that is gone nothing but its id."""

    id = serializers.IntegerField(read_only=True)
    floor = serializers.IntegerField(read_only=True, allow_null=True)
    name = serializers.CharField(read_only=True)
    excerpt = serializers.CharField(read_only=True)
    is_gone = serializers.BooleanField(read_only=True)


class ReplySerializer(serializers.Serializer[Comment]):
    """A comment without what hangs under it."""

    id = serializers.IntegerField(source="pk", read_only=True)
    url = AddressField(source="get_absolute_url")
    floor = serializers.IntegerField(read_only=True, allow_null=True, help_text="1, 2, 3 …; null for replies.")
    parent = serializers.IntegerField(source="parent_id", read_only=True, allow_null=True)
    author = BylineSerializer(source="byline", read_only=True)
    reply_to = NameSerializer(source="answered", read_only=True, allow_null=True)
    body = serializers.CharField(read_only=True)
    html = serializers.CharField(source="body_html", read_only=True)
    photo = serializers.SerializerMethodField()
    quote = QuoteSerializer(read_only=True, allow_null=True)
    like_count = serializers.IntegerField(read_only=True)
    liked = serializers.SerializerMethodField()
    is_gone = serializers.SerializerMethodField(help_text="Deleted or hidden: its number stays, its words are gone.")
    published_at = serializers.DateTimeField(read_only=True)

    @extend_schema_field(PictureSerializer(allow_null=True))
    def get_photo(self, comment: Comment) -> Any:
        if comment.picture is None or not comment.is_published:
            return None
        return PictureSerializer(comment.picture, context=self.context).data

    def get_liked(self, comment: Comment) -> bool:
        return comment.pk in self.context.get("liked", ())

    def get_is_gone(self, comment: Comment) -> bool:
        return not comment.is_published


class FloorSerializer(ReplySerializer):
    """A floor with its first replies; `?parent=<id>` lists all of them."""

    replies = ReplySerializer(many=True, read_only=True)
    reply_count = serializers.IntegerField(read_only=True)

    def to_representation(self, floor: Any) -> dict[str, Any]:
        found: Floor = floor
        shown = ReplySerializer(found.comment, context=self.context).data
        replies = ReplySerializer(found.replies, many=True, context=self.context).data
        return {**shown, "replies": replies, "reply_count": found.reply_count}


class CommentingSerializer(serializers.Serializer[Any]):
    """A comment to be published."""

    body = TextField(allow_blank=True, help_text="May be empty beside a photo.")
    parent = serializers.IntegerField(
        default=None, allow_null=True, min_value=1, max_value=ID_MAX, help_text="Id of the comment it answers."
    )
    photo = serializers.UUIDField(default=None, allow_null=True, help_text="Key of an uploaded picture.")
    quote = serializers.IntegerField(
        default=None, allow_null=True, min_value=1, max_value=ID_MAX, help_text="Id of a comment it quotes."
    )
    key = serializers.UUIDField(
        required=False, help_text="Made by the client: sending it again returns the comment made the first time."
    )


class UploadSerializer(serializers.Serializer[Any]):
    photo = serializers.FileField(help_text="JPEG, PNG or WebP.", allow_empty_file=True)


class RewordingSerializer(serializers.Serializer[Any]):
    body = TextField(allow_blank=True)


class WaitingSerializer(serializers.Serializer[Any]):
    """Something that waits to be read before it appears."""

    id = serializers.IntegerField(read_only=True)
    state = serializers.CharField(read_only=True, help_text="held")
