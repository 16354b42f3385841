"""The one name under which a user is known in the memory, whatever product and whatever type their id came from."""

from enrichment.domain.text import storable

LONGEST_USER_ID = 256


def stored_user_id(raw: object, namespace: str = "") -> str | None:
    """Return ``ns:user``, or the bare id without a namespace; the number 7 and the text "7" are one user.

    None for what names nobody: an empty or very long text, characters that cannot be stored, any other type.
    """
    text = str(raw) if isinstance(raw, int) and not isinstance(raw, bool) else raw
    if not isinstance(text, str) or not text.strip() or len(text) > LONGEST_USER_ID or storable(text)[1]:
        return None
    return f"{namespace}:{text}" if namespace else text
