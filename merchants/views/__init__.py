from merchants.views.announcing import announce
from merchants.views.applying import apply
from merchants.views.fans import follow, mute, unfollow
from merchants.views.pages import discover, merchant

__all__ = ["announce", "apply", "discover", "follow", "merchant", "mute", "unfollow"]
