"""Who asks: a bot, by its token, or the operator, who may speak for any bot."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from enrichment.web.api.problems import Reason, Refused

_SCHEME: Final = "bearer"


@dataclass(frozen=True, slots=True)
class Caller:
    """A bot, or (None) the operator."""

    bot: str | None

    def speaks_for(self, bot: str | None) -> str:
        """Return the bot that is meant; raises ``Refused`` if it is not the caller's, or if the operator names none."""
        meant = self.may_see(bot)
        if meant is None:
            raise Refused(Reason.INVALID)
        return meant

    def may_see(self, bot: str | None) -> str | None:
        """Return the bot that is meant, None for all of them; raises ``Refused`` if it is not the caller's."""
        if self.bot is not None and bot not in (None, self.bot):
            raise Refused(Reason.NOT_YOURS)
        return bot if self.bot is None else self.bot


OPERATOR: Final = Caller(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """The operator's token and those of bots; without any, everybody who can connect is the operator."""

    operator: str | None = None
    bots: Mapping[str, str]

    def __bool__(self) -> bool:
        return bool(self.operator or self.bots)

    def caller(self, authorisation: str) -> Caller | None:
        """Return who sent this header; None for nobody. How long it takes does not tell how near a token came."""
        if not self:
            return OPERATOR
        scheme, _, given = authorisation.partition(" ")
        known = [(Caller(bot), token) for bot, token in self.bots.items()]
        known += [(OPERATOR, self.operator)] if self.operator else []
        sent = given.strip().encode("latin-1", "replace")
        found = [caller for caller, token in known if hmac.compare_digest(token.encode(), sent)]
        return found[0] if found and scheme.lower() == _SCHEME else None
