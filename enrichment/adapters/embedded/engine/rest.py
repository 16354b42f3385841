"""The REST interface: which path does what, and Qdrant's envelope around every answer."""

import time
from collections.abc import Awaitable, Callable
from importlib.metadata import PackageNotFoundError, version

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import StatelessLifespan

from enrichment.adapters.embedded.engine import reads, writes
from enrichment.adapters.embedded.engine.aliases import change_aliases
from enrichment.adapters.embedded.engine.schema import read_index, read_schema
from enrichment.adapters.embedded.engine.store import Store
from enrichment.adapters.embedded.engine.wire import BadRequest, Fields, NotFound, RestError

Handler = Callable[[Request], Awaitable[Response]]
Answer = Callable[[Store, Request], Awaitable[object]]

_READS: dict[str, reads.Read] = {
    "/points": reads.retrieve,
    "/points/scroll": reads.scroll,
    "/points/count": reads.count,
    "/points/query": reads.query,
    "/points/query/batch": reads.query_batch,
}
_WRITES: dict[tuple[str, str], writes.Write] = {
    ("PUT", "/points"): writes.upsert,
    ("POST", "/points/delete"): writes.delete,
    ("POST", "/points/payload"): writes.set_payload,
    ("PUT", "/points/payload"): writes.overwrite_payload,
    ("POST", "/points/payload/delete"): writes.delete_payload,
    ("POST", "/points/payload/clear"): writes.clear_payload,
    ("PUT", "/points/vectors"): writes.update_vectors,
    ("POST", "/points/vectors/delete"): writes.delete_vectors,
}


def application(store: Store, lifespan: StatelessLifespan[Starlette]) -> Starlette:
    """The web application over an opened store."""

    def route(path: str, method: str, answer: Answer) -> Route:
        return Route(path, _enveloped(store, answer), methods=[method])

    here = "/collections/{name}"
    routes = [
        Route("/", _root),
        *(Route(path, _healthy) for path in ("/healthz", "/livez", "/readyz")),
        route("/collections", "GET", _list),
        route("/aliases", "GET", _aliases),
        route("/collections/aliases", "POST", _change_aliases),
        route(here, "GET", _describe),
        route(here, "PUT", _create),
        route(here, "DELETE", _drop),
        route(here + "/exists", "GET", _exists),
        route(here + "/aliases", "GET", _aliases),
        route(here + "/index", "PUT", _create_index),
        route(here + "/index/{field:path}", "DELETE", _delete_index),
        *(route(here + path, "POST", _reading(read)) for path, read in _READS.items()),
        *(route(here + path, method, _writing(write)) for (method, path), write in _WRITES.items()),
        route(here + "/points/batch", "POST", _write_batch),
        route(here + "/points/{id}", "GET", _get_point),
    ]
    return Starlette(routes=routes, lifespan=lifespan, exception_handlers={Exception: _broken})


def _enveloped(store: Store, answer: Answer) -> Handler:
    async def handle(request: Request) -> Response:
        began = time.perf_counter()
        try:
            result = await answer(store, request)
        except RestError as error:
            return _json({"status": {"error": str(error)}, "time": time.perf_counter() - began}, error.status)
        return _json({"result": result, "status": "ok", "time": time.perf_counter() - began})

    return handle


def _json(content: object, status: int = 200) -> Response:
    return Response(orjson.dumps(content), status, media_type="application/json")


async def _broken(_: Request, error: Exception) -> Response:
    # The engine's own failures are bare exceptions: there is nothing to tell them apart by but their text.
    return _json({"status": {"error": f"Service internal error: {error}"}, "time": 0.0}, 500)


async def _body(request: Request) -> tuple[object, int]:
    raw = await request.body()
    try:
        return orjson.loads(raw), len(raw)
    except orjson.JSONDecodeError as error:
        raise BadRequest(f"Format error in JSON body: {error}") from error


def _reading(read: reads.Read) -> Answer:
    async def answer(store: Store, request: Request) -> object:
        collection = store.get(request.path_params["name"])
        body, _ = await _body(request)
        return read(collection, body)

    return answer


def _writing(write: writes.Write) -> Answer:
    async def answer(store: Store, request: Request) -> object:
        body, size = await _body(request)
        collection = store.get(request.path_params["name"])
        return _completed(await collection.write(write(collection, body), size))

    return answer


def _completed(number: int) -> object:
    return {"operation_id": number, "status": "completed"}


async def _write_batch(store: Store, request: Request) -> object:
    body, size = await _body(request)
    collection = store.get(request.path_params["name"])
    return [_completed(await collection.write(each, size)) for each in writes.batched(collection, body)]


async def _get_point(store: Store, request: Request) -> object:
    text = request.path_params["id"]
    wanted = {"ids": [int(text) if text.isdecimal() else text], "with_vector": True}
    found = reads.retrieve(store.get(request.path_params["name"]), wanted)
    if not isinstance(found, list) or not found:
        raise NotFound(f"Not found: Point with id {text} does not exists!")
    return found[0]


async def _create_index(store: Store, request: Request) -> object:
    collection = store.get(request.path_params["name"])
    body, _ = await _body(request)
    with Fields(body) as fields:
        field, schema = fields.need("field_name", str), fields.any("field_schema")
    return _completed(await collection.create_index(field, read_index(schema)))


async def _delete_index(store: Store, request: Request) -> object:
    collection = store.get(request.path_params["name"])
    return _completed(await collection.delete_index(request.path_params["field"]))


async def _list(store: Store, _: Request) -> object:
    return {"collections": [{"name": name} for name in store.names]}


async def _describe(store: Store, request: Request) -> object:
    return store.get(request.path_params["name"]).describe()


async def _exists(store: Store, request: Request) -> object:
    return {"exists": store.resolve(request.path_params["name"]) is not None}


async def _create(store: Store, request: Request) -> object:
    body, _ = await _body(request)
    store.create(request.path_params["name"], read_schema(body))
    return True


async def _drop(store: Store, request: Request) -> object:
    return await store.drop(request.path_params["name"])


async def _aliases(store: Store, request: Request) -> object:
    only = request.path_params.get("name")
    if only is not None:
        store.get(only)
    pairs = sorted(store.aliases.items())
    return {"aliases": [{"alias_name": a, "collection_name": c} for a, c in pairs if only in (None, c)]}


async def _change_aliases(store: Store, request: Request) -> object:
    body, _ = await _body(request)
    change_aliases(store, body)
    return True


async def _root(_: Request) -> Response:
    return _json({"title": "qdrant - vector search engine", "version": server_version(), "commit": None})


async def _healthy(_: Request) -> Response:
    return PlainTextResponse("all shards are ready")


def server_version() -> str:
    """The version to report: the client's own minor, because it warns about others and the subset is the same."""
    try:
        major, minor, *_ = version("qdrant-client").split(".")
    except PackageNotFoundError:
        return "1.19.0"
    return f"{major}.{minor}.0"
