import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


INDEXES = (
("daily_pointentry_circle_id_168c82dc", "daily_pointentry (circle_id)"),
("daily_pointentry_user_id_cb2edff3", "daily_pointentry (user_id)"),
)


class Migration(migrations.Migration):
    """Drops indexes that others begin as."""

    dependencies = [
        ('circles', '0025_fewer_indexes'),
        ('daily', '0004_causes_by_days'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    atomic = False

    operations = [

        # As dropping their indexes alone: altered, all rows would be held against their foreign keys anew.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name='pointentry',
                    name='circle',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='circles.circle', verbose_name='circle'),
                ),
                migrations.AlterField(
                    model_name='pointentry',
                    name='user',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='point_entries', to=settings.AUTH_USER_MODEL, verbose_name='person'),
                ),
            ],
            database_operations=[
                migrations.RunSQL(
                    f"DROP INDEX CONCURRENTLY IF EXISTS {name}", f"CREATE INDEX CONCURRENTLY {name} ON {place}"
                )
                for name, place in INDEXES
            ],
        ),
    ]
