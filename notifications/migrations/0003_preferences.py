import datetime
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_user_notice_level'),
        ('notifications', '0002_notification_of_new_post'),
    ]

    operations = [
        migrations.AddField(
            model_name='inboxstate',
            name='bell',
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.CreateModel(
            name='Preferences',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('mail', models.BooleanField(db_default=True, default=True)),
                ('push', models.BooleanField(db_default=True, default=True)),
                ('quiet', models.BooleanField(db_default=False, default=False)),
                ('quiet_from', models.TimeField(db_default=datetime.time(22, 0), default=datetime.time(22, 0))),
                ('quiet_until', models.TimeField(db_default=datetime.time(7, 0), default=datetime.time(7, 0))),
                ('digest', models.CharField(choices=[('off', 'Never'), ('daily', 'Every day'), ('weekly', 'Every Monday')], db_default='off', default='off', max_length=6)),
                ('digest_hour', models.PositiveSmallIntegerField(db_default=8, default=8)),
                ('language', models.CharField(blank=True, db_default='', default='', max_length=10)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('digest', 'off'), _negated=True), fields=['digest_hour', 'user'], name='preferences_digest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('digest_hour__lte', 23)), name='preferences_digest_hour')],
            },
        ),
    ]
