from django.db import migrations


class Migration(migrations.Migration):
    """Circle numbers are given in order of founding and never twice, however many are founded at once."""

    dependencies = [("circles", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE circles_circle_number AS integer START WITH 10001",
            "DROP SEQUENCE circles_circle_number",
        ),
    ]
