"""What a post said before it was changed."""

from circles.models import Post, PostVersion


def keep(post: Post, *, title: str, body: str) -> None:
    """Keep the words of `post`, which is locked, before these take their place; not if they are the same."""
    if (post.title, post.body) == (title, body):
        return
    PostVersion.objects.create(
        post=post,
        number=PostVersion.objects.filter(post=post).count() + 1,
        title=post.title,
        body=post.body,
        written_at=post.edited_at or post.published_at,
    )


def forget(post: Post) -> None:
    PostVersion.objects.filter(post=post).delete()
