from merchants.models.announcement import Announcement
from merchants.models.fan import Fan
from merchants.models.merchant import Merchant, MerchantState, Staff

__all__ = ["Announcement", "Fan", "Merchant", "MerchantState", "Staff"]
