from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0010_move_into_custody'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='identitycheck',
            name='identity_check_one_pending',
        ),
        migrations.RemoveConstraint(
            model_name='identitycheck',
            name='identity_check_wiped_when_decided',
        ),
        migrations.RemoveConstraint(
            model_name='legalidentity',
            name='identity_one_person_one_account',
        ),
        migrations.RemoveField(
            model_name='identitycheck',
            name='key_version',
        ),
        migrations.RemoveField(
            model_name='identitycheck',
            name='name_encrypted',
        ),
        migrations.RemoveField(
            model_name='identitycheck',
            name='number_encrypted',
        ),
        migrations.RemoveField(
            model_name='identitycheck',
            name='number_index',
        ),
        migrations.RemoveField(
            model_name='legalidentity',
            name='key_version',
        ),
        migrations.RemoveField(
            model_name='legalidentity',
            name='name_encrypted',
        ),
        migrations.RemoveField(
            model_name='legalidentity',
            name='number_encrypted',
        ),
        migrations.RemoveField(
            model_name='legalidentity',
            name='number_index',
        ),
        migrations.AddConstraint(
            model_name='identitycheck',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('started', 'pending'))), fields=('user',), name='identity_check_one_open'),
        ),
        migrations.AddConstraint(
            model_name='identitycheck',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('started', 'pending')), ('sealed_id', None), _connector='OR'), name='identity_check_wiped_when_decided'),
        ),
        migrations.AddConstraint(
            model_name='legalidentity',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('sealed_id', None), ('state', 'revoked')), models.Q(models.Q(('state', 'revoked'), _negated=True), ('sealed_id__isnull', False)), _connector='OR'), name='identity_sealed_unless_revoked'),
        ),
    ]
