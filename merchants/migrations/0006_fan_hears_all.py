from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Finds who asked for everything among millions without reading the others."""

    atomic = False

    dependencies = [
        ('merchants', '0005_fan_without_muted'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='fan',
            index=models.Index(fields=['merchant', 'user'], name='fan_hears_all', condition=models.Q(('level', 'all'))),
        ),
    ]
