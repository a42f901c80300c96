"""Codes in pictures that a phone can read and follow."""

import zxingcpp
from django.core.files.storage import default_storage
from PIL import Image

from core.media.models import Picture

_FORMATS = [
    zxingcpp.BarcodeFormat.QRCode,
    zxingcpp.BarcodeFormat.MicroQRCode,
    zxingcpp.BarcodeFormat.DataMatrix,
    zxingcpp.BarcodeFormat.Aztec,
    zxingcpp.BarcodeFormat.PDF417,
]


def shows_code(picture: Picture) -> bool:
    """Does the picture show a QR code or the like? Reads its file and decodes, so call it outside a transaction."""
    try:
        with default_storage.open(picture.path(Picture.Size.LARGE)) as file, Image.open(file) as image:
            return image_shows_code(image)
    except FileNotFoundError:
        return False


def image_shows_code(image: Image.Image) -> bool:
    return bool(zxingcpp.read_barcodes(image.convert("L"), formats=zxingcpp.BarcodeFormats(_FORMATS)))
