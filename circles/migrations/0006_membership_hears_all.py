from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Finds who asked for everything among millions without reading the others."""

    atomic = False

    dependencies = [
        ('circles', '0005_membership_without_muted'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='membership',
            index=models.Index(fields=['circle', 'user'], name='membership_hears_all', condition=models.Q(('level', 'all'), ('state', 'active'))),
        ),
    ]
