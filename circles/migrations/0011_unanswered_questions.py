from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("circles", "0010_kinds_of_posts")]

    operations = [
        AddIndexConcurrently(
            model_name='post',
            index=models.Index(condition=models.Q(('accepted', None), ('kind', 'question'), ('state', 'published')), fields=['circle', '-published_at', '-id'], name='post_unanswered'),
        ),
    ]
