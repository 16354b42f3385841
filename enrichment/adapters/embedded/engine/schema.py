"""What a collection declares, vectors and payload indexes, from JSON to the engine and back."""

# The type aliases of the engine exist in its stubs only, not at run time.
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import qdrant_edge as edge

from enrichment.adapters.embedded.engine.points import DEFAULT_VECTOR, VectorShape
from enrichment.adapters.embedded.engine.wire import BadRequest, Fields, engine_input

# The engine wants at least one vector: a collection without any gets a sparse one that no point ever has.
_NO_VECTOR = "-"
_DISTANCES = {
    "Cosine": edge.Distance.Cosine,
    "Euclid": edge.Distance.Euclid,
    "Dot": edge.Distance.Dot,
    "Manhattan": edge.Distance.Manhattan,
}
_DATATYPES = {
    "float32": edge.VectorStorageDatatype.Float32,
    "float16": edge.VectorStorageDatatype.Float16,
    "uint8": edge.VectorStorageDatatype.Uint8,
}
_TOKENIZERS = {
    "prefix": edge.TokenizerType.Prefix,
    "whitespace": edge.TokenizerType.Whitespace,
    "word": edge.TokenizerType.Word,
    "multilingual": edge.TokenizerType.Multilingual,
}
_INDEXES: dict[str, tuple[edge.PayloadSchemaType, Callable[..., edge.PayloadSchemaParams]]] = {
    "keyword": (edge.PayloadSchemaType.Keyword, edge.KeywordIndexParams),
    "integer": (edge.PayloadSchemaType.Integer, edge.IntegerIndexParams),
    "float": (edge.PayloadSchemaType.Float, edge.FloatIndexParams),
    "geo": (edge.PayloadSchemaType.Geo, edge.GeoIndexParams),
    "text": (edge.PayloadSchemaType.Text, edge.TextIndexParams),
    "bool": (edge.PayloadSchemaType.Bool, edge.BoolIndexParams),
    "datetime": (edge.PayloadSchemaType.Datetime, edge.DatetimeIndexParams),
    "uuid": (edge.PayloadSchemaType.Uuid, edge.UuidIndexParams),
}  # fmt: skip
_LARGEST_VECTOR = 65_536
_TUNING = (
    "shard_number", "sharding_method", "replication_factor", "write_consistency_factor", "on_disk_payload", "payload",
    "id_tracker", "hnsw_config", "wal_config", "optimizers_config", "quantization_config", "strict_mode_config",
)  # fmt: skip
T = TypeVar("T")
HNSW = {"m": 0, "ef_construct": 100, "full_scan_threshold": 10000, "max_indexing_threads": 0}


@dataclass(frozen=True, slots=True)
class Schema:
    """The declaration of a collection: its JSON for whoever asks, and what is derived from it."""

    vectors: dict[str, Any]
    sparse_vectors: dict[str, Any]
    metadata: dict[str, Any] | None

    @property
    def shapes(self) -> dict[str, VectorShape]:
        """Name of a vector to its shape."""
        dense = {name: VectorShape(each["size"], "multivector_config" in each) for name, each in self._named().items()}
        return dense | dict.fromkeys(self.sparse_vectors, VectorShape(None))

    def config(self) -> edge.EdgeConfig:
        """The engine's configuration, without HNSW: its graph needs `optimize`, and a kill around that loses writes."""
        sparse = dict.fromkeys(self.sparse_vectors, edge.EdgeSparseVectorParams())
        dense = {name: _dense(each) for name, each in self._named().items()}
        if not sparse and not dense:
            sparse = {_NO_VECTOR: edge.EdgeSparseVectorParams()}
        return edge.EdgeConfig(
            vectors=dense or None,
            sparse_vectors=sparse or None,
            hnsw_config=edge.HnswIndexConfig(
                m=0, ef_construct=HNSW["ef_construct"], full_scan_threshold=HNSW["full_scan_threshold"]
            ),
        )

    def stored(self) -> dict[str, Any]:
        """The JSON from which this declaration is read again."""
        return {"vectors": self.vectors, "sparse_vectors": self.sparse_vectors, "metadata": self.metadata}

    def render(self) -> dict[str, Any]:
        """The `config` part of a collection's information."""
        params: dict[str, Any] = {
            "vectors": self.vectors,
            "shard_number": 1,
            "replication_factor": 1,
            "write_consistency_factor": 1,
            "on_disk_payload": True,
        }
        if self.sparse_vectors:
            params["sparse_vectors"] = self.sparse_vectors
        return {
            "params": params,
            "hnsw_config": HNSW,
            "optimizer_config": {
                "deleted_threshold": 0.2,
                "vacuum_min_vector_number": 1000,
                "default_segment_number": 1,
                "flush_interval_sec": 30,
            },
            "wal_config": None,
            "quantization_config": None,
            "metadata": self.metadata,
        }

    def _named(self) -> dict[str, Any]:
        return {DEFAULT_VECTOR: self.vectors} if "size" in self.vectors else self.vectors


def read_schema(body: object) -> Schema:
    """The body of a request that creates a collection. Tuning of storage and cluster is accepted and has no effect."""
    with Fields(body) as fields:
        fields.ignore(*_TUNING)
        schema = Schema(
            vectors=fields.take("vectors", dict) or {},
            sparse_vectors=fields.take("sparse_vectors", dict) or {},
            metadata=fields.take("metadata", dict),
        )
    with engine_input():
        schema.config()
    return schema


def _dense(value: object) -> edge.EdgeVectorParams:
    with Fields(value) as fields:
        fields.ignore("on_disk", "memory", "hnsw_config", "quantization_config")
        multi = fields.any("multivector_config")
        datatype = fields.take("datatype", str)
        size = fields.need("size", int)
        if not 1 <= size <= _LARGEST_VECTOR:
            raise BadRequest(
                f"Validation error in JSON body: a vector has 1 to {_LARGEST_VECTOR} dimensions, not {size}"
            )
        return edge.EdgeVectorParams(
            size=size,
            distance=_choice(_DISTANCES, fields.need("distance", str), "distance"),
            datatype=None if datatype is None else _choice(_DATATYPES, datatype, "datatype"),
            multivector_config=None if multi is None else edge.MultiVectorConfig(edge.MultiVectorComparator.MaxSim),
        )


def read_index(value: object) -> edge.PayloadSchemaType | edge.PayloadSchemaParams:
    """The schema of a payload index: the name of a type, or an object with `type` and its parameters."""
    if isinstance(value, str):
        return _choice(_INDEXES, value, "field_schema")[0]
    with Fields(value) as fields, engine_input():
        _, params = _choice(_INDEXES, fields.need("type", str), "type")
        tokenizer = fields.take("tokenizer", str)
        given = {} if tokenizer is None else {"tokenizer": _choice(_TOKENIZERS, tokenizer, "tokenizer")}
        names = (
            "is_tenant",
            "is_principal",
            "on_disk",
            "lookup",
            "range",
            "min_token_len",
            "max_token_len",
            "lowercase",
            "phrase_matching",
            "prefix",
        )
        return params(**given, **{name: fields.any(name) for name in names if name in fields})


def index_type(kind: edge.PayloadSchemaType) -> str:
    """The name of an index's type."""
    return next(name for name, (type_, _) in _INDEXES.items() if type_ == kind)


def _choice(choices: dict[str, T], name: str, field: str) -> T:
    if name not in choices:
        raise BadRequest(f"Format error in JSON body: `{field}` is one of {', '.join(choices)}, not `{name}`")
    return choices[name]
