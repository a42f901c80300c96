import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


INDEXES = (
("notifications_notification_recipient_id_d055f3f0", "notifications_notification (recipient_id)"),
)


class Migration(migrations.Migration):
    """Drops an index that others begin as."""

    dependencies = [
        ('notifications', '0012_news_medals_goals'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    atomic = False

    operations = [

        # As dropping their indexes alone: altered, all rows would be held against their foreign keys anew.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name='notification',
                    name='recipient',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to=settings.AUTH_USER_MODEL),
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
