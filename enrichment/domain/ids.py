"""Ids that are computed from what they name, so that doing something twice names it the same."""

import hashlib
import uuid


def derived_uuid(*parts: str | bytes) -> uuid.UUID:
    """Return the version 8 UUID (RFC 9562) of these parts; no two different lists of parts have the same.

    Set by hand, because ``uuid.UUID`` knows version 8 from Python 3.14 on only.
    """
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big") + data)
    value = int.from_bytes(digest.digest(), "big")
    value = value & ~(0xF << 76) | 8 << 76
    value = value & ~(0x3 << 62) | 2 << 62
    return uuid.UUID(int=value)
