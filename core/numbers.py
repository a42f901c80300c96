"""Numbers that come in addresses and forms."""

ID_MAX = 2**63 - 1
"""The largest id there can be; Postgres refuses larger numbers as ids."""


def whole_number(text: str, *, at_most: int = ID_MAX) -> int | None:
    """`text` as a number between 0 and `at_most`; None for all else that people may send, such as "", "-1", "²" or a
    thousand digits."""
    # More digits than fit are not even read: Python refuses to read very many.
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(at_most))):
        return None
    number = int(text)
    return number if number <= at_most else None
