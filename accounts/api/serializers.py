"""People as the API shows them."""

from rest_framework import serializers

from accounts.models import User


class PersonSerializer(serializers.ModelSerializer[User]):
    """Somebody as others see them. Load `avatar` along with the person."""

    avatar_url = serializers.SerializerMethodField()
    url = serializers.SerializerMethodField()
    is_verified = serializers.BooleanField(read_only=True)

    class Meta:
        model = User
        fields = ["username", "nickname", "is_verified", "avatar_url", "url"]
        read_only_fields = fields

    def get_avatar_url(self, person: User) -> str | None:
        return self._absolute(person.avatar_url)

    def get_url(self, person: User) -> str:
        return self._absolute(person.get_absolute_url()) or ""

    def _absolute(self, path: str | None) -> str | None:
        request = self.context.get("request")
        return request.build_absolute_uri(path) if path and request else path


class MeSerializer(PersonSerializer):
    """The caller. Nickname and bio may be changed."""

    # How long and of what they may be, accounts.actions.profile says: the same as on the page.
    nickname = serializers.CharField()
    bio = serializers.CharField(allow_blank=True)

    class Meta(PersonSerializer.Meta):
        fields = [*PersonSerializer.Meta.fields, "email", "bio", "verified_at", "banned_until", "date_joined"]
        read_only_fields = [name for name in fields if name not in ("nickname", "bio")]
