"""All collections and their aliases: one small catalog file, replaced atomically, says what exists."""

import shutil
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson

from enrichment.adapters.embedded.durability import sync, write_atomically
from enrichment.adapters.embedded.engine.collection import Collection
from enrichment.adapters.embedded.engine.repair import repair
from enrichment.adapters.embedded.engine.schema import Schema
from enrichment.adapters.embedded.engine.wire import BadRequest, Conflict, NotFound


class Store:
    """The collections of a folder, opened; a file marks a stop that was not clean, and makes the next start check."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._catalog = folder / "catalog.json"
        self._marker = folder / "running"
        self._entries: dict[str, dict[str, Any]] = {}
        self._collections: dict[str, Collection] = {}
        self.aliases: dict[str, str] = {}

    @property
    def names(self) -> list[str]:
        """The names of the collections, aliases not included."""
        return sorted(self._collections)

    def open(self) -> int:
        """Load everything; return how many values had to be repaired after an unclean stop."""
        (self._folder / "collections").mkdir(parents=True, exist_ok=True)
        catalog = orjson.loads(self._catalog.read_bytes()) if self._catalog.exists() else {}
        self._entries, self.aliases = catalog.get("collections", {}), catalog.get("aliases", {})
        self._sweep()
        for name, entry in self._entries.items():
            self._collections[name] = Collection.load(self._place(entry["folder"]), Schema(**entry["schema"]))
        unclean = self._marker.exists()
        self._marker.touch()
        sync(self._folder)
        return sum(repair(each.shard) for each in self._collections.values()) if unclean else 0

    async def close(self) -> None:
        """Flush everything and say that this stop was clean."""
        for collection in self._collections.values():
            await collection.close()
        self._marker.unlink(missing_ok=True)

    def flush(self) -> None:
        """Flush every collection that has something to flush."""
        for collection in self._collections.values():
            collection.flush()

    def resolve(self, name: str) -> str | None:
        """The real name behind a name or an alias; None if there is none."""
        name = self.aliases.get(name, name)
        return name if name in self._collections else None

    def get(self, name: str) -> Collection:
        """A collection by its name or an alias."""
        real = self.resolve(name)
        if real is None:
            raise NotFound(f"Not found: Collection `{name}` doesn't exist!")
        return self._collections[real]

    def create(self, name: str, schema: Schema) -> None:
        """Create a collection: its files first, then its line in the catalog."""
        self._check_free(name)
        if not name or len(name) > 255 or set(name) & set('<>:"/\\|?*\0\x1f'):  # noqa: PLR2004  # Qdrant's own rule
            raise BadRequest(f"Wrong input: collection name {name!r} cannot be used")
        entry: dict[str, Any] = {"folder": uuid4().hex, "schema": schema.stored()}
        self._collections[name] = Collection.create(self._place(entry["folder"]), schema)
        self._entries[name] = entry
        self._save()

    async def drop(self, name: str) -> bool:
        """Remove a collection with its aliases: its line first, then its files; False if there is none."""
        collection = self._collections.pop(name, None)
        if collection is None:
            return False
        entry = self._entries.pop(name)
        self.aliases = {alias: target for alias, target in self.aliases.items() if target != name}
        self._save()
        await collection.close()
        shutil.rmtree(self._place(entry["folder"]))
        return True

    def set_aliases(self, aliases: dict[str, str]) -> None:
        """Replace all aliases at once."""
        self.aliases = aliases
        self._save()

    def check_alias(self, alias: str, target: str) -> None:
        """Refuse an alias that hides a collection, or that leads nowhere."""
        if target not in self._collections:
            raise NotFound(f"Not found: Collection `{target}` doesn't exist!")
        if alias in self._collections:
            raise Conflict(f"Wrong input: Collection `{alias}` already exists!")

    def _check_free(self, name: str) -> None:
        if name in self._collections:
            raise Conflict(f"Wrong input: Collection `{name}` already exists!")
        if name in self.aliases:
            raise Conflict(
                f"Wrong input: Can't create collection with name {name}. Alias with the same name already exists"
            )

    def _place(self, folder: str) -> Path:
        return self._folder / "collections" / folder

    def _save(self) -> None:
        write_atomically(self._catalog, orjson.dumps({"collections": self._entries, "aliases": self.aliases}))

    def _sweep(self) -> None:
        """Remove what a kill left between the two steps of creating or dropping."""
        known = {entry["folder"] for entry in self._entries.values()}
        for folder in (self._folder / "collections").iterdir():
            if folder.name not in known:
                shutil.rmtree(folder)
