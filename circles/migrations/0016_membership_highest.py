from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Finds the highest levels of a circle. By grade, which changes eighteen times in a life."""

    atomic = False

    dependencies = [
        ('circles', '0015_points_and_titles'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='membership',
            index=models.Index(fields=['circle', '-grade'], name='membership_highest', condition=models.Q(('grade__gt', 0), ('state', 'active'))),
        ),
    ]
