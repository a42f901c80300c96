import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Has the index of unique keys hold the jobs that have one, and drops one that another stands in for."""

    dependencies = [
        ('core', '0003_job_claimed_by'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='job',
            constraint=models.UniqueConstraint(condition=models.Q(('unique_key__isnull', False)), fields=('unique_key',), name='job_once'),
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name='job',
                    name='parent',
                    field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='core.job'),
                ),
                migrations.AlterField(
                    model_name='job',
                    name='unique_key',
                    field=models.CharField(blank=True, max_length=200, null=True, verbose_name='unique key'),
                ),
            ],
            database_operations=[
                migrations.RunSQL(
                    "ALTER TABLE core_job DROP CONSTRAINT core_job_unique_key_key",
                    "ALTER TABLE core_job ADD CONSTRAINT core_job_unique_key_key UNIQUE (unique_key)",
                ),
                migrations.RunSQL(
                    "DROP INDEX core_job_unique_key_d949a27b_like",
                    "CREATE INDEX core_job_unique_key_d949a27b_like ON core_job (unique_key varchar_pattern_ops)",
                ),
                migrations.RunSQL(
                    "DROP INDEX core_job_parent_id_d99b92ed",
                    "CREATE INDEX core_job_parent_id_d99b92ed ON core_job (parent_id)",
                ),
            ],
        ),
    ]
