"""Between members and moderators there are editors now, and between moderators and owners admins: ranks kept in view
clauses move along. Names of those who have a role carry it."""

from django.db import migrations

RANKS = "UPDATE circles_viewclause SET rank = CASE rank WHEN 2 THEN 3 WHEN 3 THEN 5 ELSE rank END WHERE rank IN (2, 3)"
BACK = "UPDATE circles_viewclause SET rank = CASE rank WHEN 5 THEN 3 WHEN 4 THEN 3 WHEN 3 THEN 2 ELSE 1 END WHERE rank > 1"
MARKS = """
    UPDATE circles_circle circle SET marks = found.marks
      FROM (SELECT circle_id, jsonb_object_agg(user_id::text, role) AS marks
              FROM circles_membership
             WHERE state = 'active' AND role <> 'member'
             GROUP BY circle_id) found
     WHERE found.circle_id = circle.id"""


class Migration(migrations.Migration):
    dependencies = [("circles", "0013_founding_joining_roles")]

    operations = [
        migrations.RunSQL(RANKS, BACK),
        migrations.RunSQL(MARKS, migrations.RunSQL.noop),
    ]
