from core.jobs.models import Heartbeat, Job, JobState
from core.media.models import Picture, PictureState

__all__ = ["Heartbeat", "Job", "JobState", "Picture", "PictureState"]
