"""Rows for tests. What has rules of its own (a post's floors, a merchant's approval) is made by the real action."""

import uuid

import factory
from django.conf import settings
from django.utils import timezone

from accounts.models import User
from circles.models import Category, Circle, Comment, Membership, Post, Role


class UserFactory(factory.django.DjangoModelFactory):
    """A verified person; `UserFactory(verified_at=None)` is not."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person{n}")
    nickname = factory.Sequence(lambda n: f"人{n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.org")
    agreed_version = settings.AGREEMENT_VERSION
    verified_at = factory.LazyFunction(timezone.now)
    password = factory.django.Password("quanzi-test")


class CategoryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Category

    slug = factory.Sequence(lambda n: f"category-{n}")
    name = factory.Sequence(lambda n: f"分类{n}")
    name_en = factory.Sequence(lambda n: f"Category {n}")


class CircleFactory(factory.django.DjangoModelFactory):
    """A circle with its owner as the one member."""

    class Meta:
        model = Circle
        skip_postgeneration_save = True

    number = factory.Sequence(lambda n: 900_000 + n)
    slug = factory.Sequence(lambda n: f"circle-{n}")
    name = factory.Sequence(lambda n: f"圈子{n}")
    category = factory.SubFactory(CategoryFactory)
    owner = factory.SubFactory(UserFactory)
    member_count = 1

    @factory.post_generation
    def owner_membership(self, create, extracted, **kwargs):
        if create:
            MembershipFactory(circle=self, user=self.owner, role=Role.OWNER)


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    circle = factory.SubFactory(CircleFactory)
    user = factory.SubFactory(UserFactory)


class PostFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Post

    circle = factory.SubFactory(CircleFactory)
    author = factory.SubFactory(UserFactory)
    key = factory.LazyFunction(uuid.uuid4)
    body = factory.Sequence(lambda n: f"第{n}帖")
    body_html = factory.LazyAttribute(lambda post: f"<p>{post.body}</p>")


class CommentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Comment

    post = factory.SubFactory(PostFactory)
    author = factory.SubFactory(UserFactory)
    key = factory.LazyFunction(uuid.uuid4)
    floor = factory.Sequence(lambda n: n + 1)
    body = factory.Sequence(lambda n: f"第{n}楼")
    body_html = factory.LazyAttribute(lambda comment: f"<p>{comment.body}</p>")
