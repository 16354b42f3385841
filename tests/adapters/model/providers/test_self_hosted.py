"""Servers of one's own: vLLM, Ollama and llama.cpp, which differ in what they say when a prompt does not fit."""

from dataclasses import replace

import pytest

from bench.model_server import Behaviour, ChatRequest, ModelServer
from enrichment.adapters.model.providers import Provider, provider_at
from enrichment.errors import ModelAccessDenied, ModelError, ModelFailure, ModelUnavailable, UnusableAnswer
from tests.adapters.model.asking import PROMPT, SECRET, answered
from tests.adapters.model.providers.conftest import Client
from tests.adapters.model.providers.scripted import Body, With, WithoutUsage

LONG = replace(PROMPT, system="Read what follows and answer. " * 100, user="I keep bees on the roof. " * 1_000)
OWN = ["vllm", "ollama", "llama_cpp"]
VLLM_FLAT = {"object": "error", "message": "…", "type": "BadRequestError", "param": None, "code": 400}
VLLM_PARAM = {"error": {"message": "…", "type": "BadRequestError", "param": "input_tokens", "code": 400}}
LLAMA_SIZE = {"code": 400, "message": "…", "type": "exceed_context_size_error", "n_prompt_tokens": 9, "n_ctx": 4}
LLAMA_LOADING = {"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}}
OLLAMA_MISSING = {"error": {"message": "…", "type": "api_error", "param": None, "code": None}}


async def failure_of(client: Client, provider: str, **settings: object) -> ModelError:
    with pytest.raises(ModelError) as raised:
        await answered(await client(provider=provider, **settings), LONG)
    return raised.value


def test_ollama_is_known_by_its_port_and_the_others_by_name_alone() -> None:
    assert provider_at("http://gpu.lan:11434/v1") is Provider.OLLAMA
    assert provider_at("http://gpu.lan:8000/v1") is Provider.OTHER


@pytest.mark.parametrize("provider", OWN)
@pytest.mark.parametrize("behaviour", [With(), WithoutUsage()], ids=repr)
async def test_a_server_of_ones_own_charges_nothing(
    client: Client, model_server: ModelServer, provider: str, behaviour: Behaviour
) -> None:
    model_server.script(behaviour)

    answer = await answered(await client(provider=provider, name="qwen3:14b"))

    assert answer.usage.cost_usd == 0


async def test_what_a_server_elsewhere_does_not_report_nobody_knows(client: Client, model_server: ModelServer) -> None:
    model_server.script(WithoutUsage())

    answer = await answered(await client(name="gpt-4o-mini"))

    assert answer.usage.cost_usd is None


@pytest.mark.parametrize("reasoning", ["reasoning_content", "reasoning"])
async def test_vllm_thoughts_without_an_answer_are_no_empty_answer(
    client: Client, model_server: ModelServer, reasoning: str
) -> None:
    # https://github.com/vllm-project/vllm/issues/15618, https://github.com/vllm-project/vllm/issues/45736
    model_server.script(With(message={"content": None, reasoning: "They keep bees."}))

    assert (await failure_of(client, "vllm")).failure is ModelFailure.SERVER


async def test_vllm_names_the_prompt_where_it_is_too_long(client: Client, model_server: ModelServer) -> None:
    # From version 0.16 on: https://github.com/harbor-framework/harbor/pull/996
    model_server.script(Body(VLLM_PARAM, 400))

    assert (await failure_of(client, "vllm")).failure is ModelFailure.TOO_LONG


async def test_vllm_before_that_says_no_more_than_bad_request(client: Client, model_server: ModelServer) -> None:
    # A bare object and a number for a code, for every mistake: https://github.com/vllm-project/vllm/issues/4667
    model_server.decide = lambda request: Body(VLLM_FLAT, 400) if "bees" in request.text else None

    raised = await failure_of(client, "vllm")

    assert (type(raised), raised.failure) == (UnusableAnswer, ModelFailure.TOO_LONG)


async def test_vllm_with_a_template_of_two_roles_gets_no_more_than_two_messages(
    client: Client, model_server: ModelServer
) -> None:
    # https://github.com/vllm-project/vllm/issues/6862
    await answered(await client(provider="vllm"))

    assert [message["role"] for message in model_server.requests[0].messages] == ["system", "user"]


@pytest.mark.parametrize(("read", "failure"), [(4_096, ModelFailure.TOO_LONG), (650, ModelFailure.AUTH)])
async def test_ollama_cuts_prompts_and_only_the_count_tells(
    client: Client, model_server: ModelServer, read: int, failure: ModelFailure
) -> None:
    # 4,096 tokens unless told otherwise, and not by this API: https://github.com/ollama/ollama/issues/3839,
    # https://github.com/ollama/ollama/issues/17889, https://docs.ollama.com/api/openai-compatibility
    model_server.script(With(usage={"prompt_tokens": read}))

    raised = await failure_of(client, "ollama")

    assert raised.failure is failure
    assert isinstance(raised, UnusableAnswer | ModelAccessDenied)


@pytest.mark.parametrize("read", [0, 5_600])
async def test_ollama_is_believed_where_it_read_everything_or_counts_nothing(
    client: Client, model_server: ModelServer, read: int
) -> None:
    # Old versions count 0 for a prompt in the cache: https://github.com/ollama/ollama/issues/5370
    model_server.script(With(usage={"prompt_tokens": read}))

    answer = await answered(await client(provider="ollama"), LONG)

    assert answer.text


async def test_ollama_without_the_model_is_a_matter_of_configuration(client: Client, model_server: ModelServer) -> None:
    # https://github.com/netease-youdao/QAnything/issues/555
    model_server.decide = lambda _: Body(OLLAMA_MISSING, 404)

    assert type(await failure_of(client, "ollama")) is ModelAccessDenied


@pytest.mark.parametrize("status", [400, 500, 200])
async def test_llama_cpp_says_by_a_type_that_a_prompt_is_too_long(
    client: Client, model_server: ModelServer, status: int
) -> None:
    # First with 500, then with 400: https://github.com/ggml-org/llama.cpp/pull/15780; and inside of a 200:
    # https://github.com/oobabooga/textgen/issues/7257
    model_server.script(Body({"error": LLAMA_SIZE}, status))

    assert (await failure_of(client, "llama_cpp")).failure is ModelFailure.TOO_LONG


async def test_llama_cpp_loads_its_model_while_it_answers_503(client: Client, model_server: ModelServer) -> None:
    # https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md, under "GET /health"
    model_server.script(Body(LLAMA_LOADING, 503))

    raised = await failure_of(client, "llama_cpp")

    assert (type(raised), raised.failure) == (ModelUnavailable, ModelFailure.SERVER)


async def test_llama_cpp_without_grammars_is_asked_in_another_form(client: Client, model_server: ModelServer) -> None:
    # "Failed to parse grammar", a 400 without a param: https://github.com/lidge-jun/opencodex/issues/2135
    def decide(request: ChatRequest) -> Behaviour | None:
        refused = Body({"error": {"code": 400, "message": "…", "type": "invalid_request_error"}}, 400)
        return refused if request.format == "json_schema" else None

    model_server.decide = decide

    await answered(await client(provider="llama_cpp"))

    assert [request.format for request in model_server.requests] == ["json_schema", "json_object"]
    assert SECRET in model_server.requests[1].text
