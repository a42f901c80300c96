"""What circles do by themselves: every night, and when the time of something has come."""

from circles.tasks import due as due
from circles.tasks import nightly as nightly
