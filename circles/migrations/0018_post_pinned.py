from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Finds what a circle keeps on top without reading all its posts."""

    atomic = False

    dependencies = [
        ("circles", "0017_reading_places"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="post",
            index=models.Index(
                condition=models.Q(("is_pinned", True), ("state", "published")),
                fields=["circle", "-published_at", "-id"],
                name="post_pinned",
            ),
        ),
    ]
