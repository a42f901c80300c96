from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_identity_check_is_wiped'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='notice_level',
            field=models.CharField(choices=[('highlights', 'What concerns me'), ('mentions', 'Replies and mentions only'), ('digest', 'Only in the digest'), ('muted', 'Nothing')], db_default='highlights', default='highlights', max_length=10, verbose_name='notifications'),
        ),
    ]
