import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


INDEXES = (
("circles_comment_author_id_dce697d2", "circles_comment (author_id)"),
("circles_comment_author_face_id_dbcdfc4b", "circles_comment (author_face_id)"),
("circles_comment_parent_id_c77967d5", "circles_comment (parent_id)"),
("circles_comment_quoted_id_2242c05d", "circles_comment (quoted_id)"),
("circles_comment_reply_to_id_3d63a874", "circles_comment (reply_to_id)"),
("circles_post_author_face_id_1ed1b57a", "circles_post (author_face_id)"),
)


class Migration(migrations.Migration):
    """Drops indexes that others stand in for, and has those for what most comments lack hold the few that have it."""

    dependencies = [
        ('circles', '0024_said_version'),
        ('core', '0004_fewer_indexes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    atomic = False

    operations = [
        AddIndexConcurrently(
            model_name='comment',
            index=models.Index(condition=models.Q(('author_face__isnull', False)), fields=['author_face'], name='comment_face'),
        ),
        AddIndexConcurrently(
            model_name='comment',
            index=models.Index(condition=models.Q(('reply_to__isnull', False)), fields=['reply_to'], name='comment_reply_to'),
        ),
        AddIndexConcurrently(
            model_name='comment',
            index=models.Index(condition=models.Q(('quoted__isnull', False)), fields=['quoted'], name='comment_quoted'),
        ),
        AddIndexConcurrently(
            model_name='post',
            index=models.Index(condition=models.Q(('author_face__isnull', False)), fields=['author_face'], name='post_face'),
        ),
        # As dropping their indexes alone: altered, all rows would be held against their foreign keys anew.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name='comment',
                    name='author',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='comments', to=settings.AUTH_USER_MODEL, verbose_name='author'),
                ),
                migrations.AlterField(
                    model_name='comment',
                    name='author_face',
                    field=models.ForeignKey(blank=True, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='core.picture'),
                ),
                migrations.AlterField(
                    model_name='comment',
                    name='parent',
                    field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='replies', to='circles.comment', verbose_name='in floor'),
                ),
                migrations.AlterField(
                    model_name='comment',
                    name='quoted',
                    field=models.ForeignKey(blank=True, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='circles.comment'),
                ),
                migrations.AlterField(
                    model_name='comment',
                    name='reply_to',
                    field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='reply to'),
                ),
                migrations.AlterField(
                    model_name='post',
                    name='author_face',
                    field=models.ForeignKey(blank=True, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='core.picture'),
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
