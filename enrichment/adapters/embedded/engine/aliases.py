"""Changing aliases: a list of actions that happen all together or not at all."""

from enrichment.adapters.embedded.engine.store import Store
from enrichment.adapters.embedded.engine.wire import BadRequest, Fields, NotFound


def change_aliases(store: Store, body: object) -> None:
    """`{actions: [{create_alias | delete_alias | rename_alias: {...}}]}`."""
    aliases = dict(store.aliases)
    with Fields(body) as fields:
        actions = fields.need("actions", list)
    for action in actions:
        _apply(store, aliases, action)
    store.set_aliases(aliases)


def _apply(store: Store, aliases: dict[str, str], action: object) -> None:
    with Fields(action) as fields:
        if "create_alias" in fields:
            _create(store, aliases, fields.any("create_alias"))
        elif "delete_alias" in fields:
            with Fields(fields.any("delete_alias")) as names:
                aliases.pop(names.need("alias_name", str), None)
        elif "rename_alias" in fields:
            _rename(store, aliases, fields.any("rename_alias"))
        else:
            raise BadRequest("Format error in JSON body: an action creates, deletes or renames an alias")


def _create(store: Store, aliases: dict[str, str], value: object) -> None:
    with Fields(value) as names:
        alias, target = names.need("alias_name", str), names.need("collection_name", str)
    store.check_alias(alias, target)
    aliases[alias] = target


def _rename(store: Store, aliases: dict[str, str], value: object) -> None:
    with Fields(value) as names:
        old, new = names.need("old_alias_name", str), names.need("new_alias_name", str)
    if old not in aliases:
        raise NotFound(f"Not found: Alias {old} does not exists!")
    store.check_alias(new, aliases[old])
    aliases[new] = aliases.pop(old)
