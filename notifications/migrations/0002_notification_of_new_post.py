from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='notification',
            name='kind',
            field=models.CharField(choices=[('comment', 'comment'), ('reply', 'reply'), ('mention', 'mention'), ('like', 'like'), ('post', 'new post'), ('post_hidden', 'post hidden'), ('post_restored', 'post restored')], max_length=16),
        ),
    ]
