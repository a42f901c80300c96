from django.db import migrations


class Migration(migrations.Migration):
    """Whoever had turned notifications off keeps them off."""

    dependencies = [
        ('circles', '0003_membership_level'),
    ]

    operations = [
        migrations.RunSQL(
            "UPDATE circles_membership SET level = 'muted' WHERE muted",
            "UPDATE circles_membership SET muted = true WHERE level = 'muted'",
        ),
    ]
