import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_facts_and_credit'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='fact', name='fact_once'),
        migrations.RemoveField(model_name='fact', name='is_shown'),
        migrations.AddField(
            model_name='fact',
            name='shown',
            field=models.CharField(choices=[('nowhere', 'nowhere'), ('profile', 'on my profile'), ('circles', 'on my profile and beside my name in circles')], db_default='nowhere', default='nowhere', max_length=10, verbose_name='shown as a badge'),
        ),
        migrations.AddField(
            model_name='fact',
            name='label',
            field=models.CharField(blank=True, max_length=60, verbose_name='called'),
        ),
        migrations.AddConstraint(
            model_name='fact',
            constraint=models.UniqueConstraint(condition=models.Q(('revoked_at', None)), fields=('user', 'kind', 'value', 'source', 'institution'), name='fact_once', nulls_distinct=False),
        ),
        migrations.CreateModel(
            name='FactChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('granted', 'recorded'), ('renewed', 'renewed'), ('revoked', 'taken back')], max_length=10, verbose_name='what')),
                ('way', models.CharField(blank=True, choices=[('document', 'identity document'), ('provider', 'identity provider'), ('email', 'e-mail address of the institution'), ('code', 'invitation code'), ('roster', 'list of the institution'), ('api', "the institution's own system"), ('staff', 'somebody of the institution'), ('merchant', 'merchant'), ('team', 'the team of this site')], max_length=10, verbose_name='how')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('valid_until', models.DateTimeField(blank=True, null=True, verbose_name='valid until')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='when')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
                ('fact', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='accounts.fact')),
            ],
            options={
                'verbose_name': 'change of a fact',
                'verbose_name_plural': 'changes of facts',
                'indexes': [models.Index(fields=['fact', '-id'], name='fact_change_newest')],
            },
        ),
    ]
