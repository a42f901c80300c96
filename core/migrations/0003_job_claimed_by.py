from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0002_job_progress_heartbeat"),
    ]

    operations = [
        migrations.AddField(
            model_name="job",
            name="claimed_by",
            field=models.IntegerField(blank=True, editable=False, null=True),
        ),
    ]
