from django.db import migrations


class Migration(migrations.Migration):
    """Whoever had turned notifications off keeps them off."""

    dependencies = [
        ('merchants', '0003_fan_level'),
    ]

    operations = [
        migrations.RunSQL(
            "UPDATE merchants_fan SET level = 'muted' WHERE muted",
            "UPDATE merchants_fan SET muted = true WHERE level = 'muted'",
        ),
    ]
