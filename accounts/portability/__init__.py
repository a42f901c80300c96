"""What the site keeps of a person: handing it to them, and forgetting it. Each app says its own share."""

from accounts.portability.share import Hurdle, Share, register, shares

__all__ = ["Hurdle", "Share", "register", "shares"]
