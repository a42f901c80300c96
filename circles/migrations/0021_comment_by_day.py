from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Finds what was said on one day, for the figures of circles, without reading all comments."""

    atomic = False

    dependencies = [("circles", "0020_holding_and_telling")]

    operations = [
        AddIndexConcurrently(
            model_name="comment",
            index=models.Index(
                condition=models.Q(("state", "published")), fields=["published_at"], name="comment_by_day"
            ),
        ),
    ]
