from core.admin.jobs import JobAdmin
from core.admin.pictures import PictureAdmin

__all__ = ["JobAdmin", "PictureAdmin"]
