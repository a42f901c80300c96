import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_conduct_credit'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='reach',
            field=models.CharField(choices=[('everyone', 'Everyone'), ('companions', 'Only people from my circles'), ('nobody', 'Nobody')], db_default='everyone', default='everyone', max_length=10, verbose_name='who may reach me'),
        ),
        migrations.CreateModel(
            name='Block',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='since')),
                ('blocked', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, db_index=False, related_name='blocks_met', to=settings.AUTH_USER_MODEL, verbose_name='blocked person')),
                ('blocker', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, db_index=False, related_name='blocks_made', to=settings.AUTH_USER_MODEL, verbose_name='person who blocks')),
            ],
            options={
                'verbose_name': 'block',
                'verbose_name_plural': 'blocks',
                'indexes': [models.Index(fields=['blocked', 'blocker'], name='block_met')],
                'constraints': [models.UniqueConstraint(fields=('blocker', 'blocked'), name='block_once'), models.CheckConstraint(condition=models.Q(('blocker', models.F('blocked')), _negated=True), name='block_is_of_another')],
            },
        ),
        migrations.CreateModel(
            name='Mute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='since')),
                ('muted', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='muted person')),
                ('muter', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, db_index=False, related_name='mutes_made', to=settings.AUTH_USER_MODEL, verbose_name='person who mutes')),
            ],
            options={
                'verbose_name': 'muted person',
                'verbose_name_plural': 'muted people',
                'constraints': [models.UniqueConstraint(fields=('muter', 'muted'), name='mute_once'), models.CheckConstraint(condition=models.Q(('muter', models.F('muted')), _negated=True), name='mute_is_of_another')],
            },
        ),
    ]
