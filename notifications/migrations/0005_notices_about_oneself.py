from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0004_delivery_push_subscription'),
    ]

    operations = [
        migrations.AddField(
            model_name='notification',
            name='data',
            field=models.JSONField(blank=True, db_default={}, default=dict),
        ),
        migrations.AlterField(
            model_name='notification',
            name='kind',
            field=models.CharField(choices=[('comment', 'comment'), ('reply', 'reply'), ('mention', 'mention'), ('like', 'like'), ('post', 'new post'), ('post_hidden', 'post hidden'), ('post_restored', 'post restored'), ('fact_granted', 'something verified'), ('fact_expiring', 'something verified runs out'), ('fact_revoked', 'something no longer verified')], max_length=16),
        ),
    ]
