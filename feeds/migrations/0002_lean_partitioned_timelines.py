"""Timelines as lean rows in partitions by time, and who is absent.

What timelines hold is carried over as far back as they reach; anything older is pulled while reading.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Frozen copies of what feeds.actions.partitions does now.
DAYS = 7
AHEAD_DAYS = 14

FORWARDS = """
    ALTER TABLE feeds_feedentry RENAME TO feeds_feedentry_flat;
    ALTER INDEX feeds_feedentry_pkey RENAME TO feeds_feedentry_flat_pkey;
    CREATE TABLE feeds_feedentry (
        post_id bigint NOT NULL,
        member_id integer NOT NULL,
        at integer NOT NULL,
        PRIMARY KEY (member_id, at, post_id)
    ) PARTITION BY RANGE (at);
"""

CARRY_OVER = """
    INSERT INTO feeds_feedentry (post_id, member_id, at)
    SELECT post_id, member_id, floor(extract(epoch FROM published_at - timestamptz '2020-01-01 00:00:00+00'))
      FROM feeds_feedentry_flat
     WHERE published_at >= now() - %s * interval '1 day' AND published_at < now() + interval '1 day';
    DROP TABLE feeds_feedentry_flat;
"""

BACKWARDS = """
    ALTER TABLE feeds_feedentry RENAME TO feeds_feedentry_lean;
    ALTER INDEX feeds_feedentry_pkey RENAME TO feeds_feedentry_lean_pkey;
    CREATE TABLE feeds_feedentry (
        published_at timestamptz NOT NULL,
        circle_id bigint NOT NULL,
        member_id bigint NOT NULL,
        post_id bigint NOT NULL,
        PRIMARY KEY (member_id, published_at, post_id)
    );
    INSERT INTO feeds_feedentry (published_at, circle_id, member_id, post_id)
    SELECT post.published_at, post.circle_id, entry.member_id, entry.post_id
      FROM feeds_feedentry_lean entry JOIN circles_post post ON post.id = entry.post_id;
    DROP TABLE feeds_feedentry_lean;
"""


def forwards(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(FORWARDS)
        cursor.execute("SELECT CURRENT_DATE - DATE '2020-01-01'")
        today = cursor.fetchone()[0]
        first = today - settings.FEED_KEEP_DAYS - 1
        for number in range(first // DAYS, (today + AHEAD_DAYS) // DAYS + 1):
            cursor.execute(
                "SELECT to_char(DATE '2020-01-01' + %s, 'YYYYMMDD')", [number * DAYS]
            )
            name = f"feeds_feedentry_{cursor.fetchone()[0]}"
            start = number * DAYS * 86400
            cursor.execute(
                f"CREATE TABLE {name} PARTITION OF feeds_feedentry FOR VALUES FROM (%s) TO (%s)",
                [start, start + DAYS * 86400],
            )
        cursor.execute(CARRY_OVER, [settings.FEED_KEEP_DAYS])


def backwards(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(BACKWARDS)


class Migration(migrations.Migration):

    dependencies = [
        ('feeds', '0001_initial'),
        ('circles', '0002_circle_number_sequence'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.DeleteModel('FeedEntry'),
                migrations.CreateModel(
                    name='FeedEntry',
                    fields=[
                        ('pk', models.CompositePrimaryKey('member_id', 'at', 'post_id', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('at', models.IntegerField()),
                        ('member', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('post', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='circles.post')),
                    ],
                    options={
                        'verbose_name': 'timeline entry',
                        'verbose_name_plural': 'timeline entries',
                    },
                ),
            ],
            database_operations=[migrations.RunPython(forwards, backwards)],
        ),
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('member', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('complete_since', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('complete_since__isnull', False)), fields=['complete_since'], name='absence_over')],
            },
        ),
    ]
