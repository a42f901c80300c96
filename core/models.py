from core.jobs.models import Job, JobState
from core.media.models import Picture, PictureState

__all__ = ["Job", "JobState", "Picture", "PictureState"]
