"""
`@match semantic`: by the developer's own embed callable, and offline.
"""

import socket
import sys
from collections.abc import Sequence

import pytest

from llmentary_regression.core.model import JsonValue
from llmentary_regression.services.approve import approve_results
from llmentary_regression.services.run import _embedding as embedding_module
from project_scene import MakeScene, Scene

QUESTION = "Who answers in the shop?"
ANSWER = "Our people in the shop answer you from nine to five."
NEAR = "From nine to five, our shop people answer you gladly."
FAR = "Bananas are yellow fruit that grow in warm lands, and monkeys love to eat them raw."
VECTORS: dict[str, list[JsonValue]] = {
    ANSWER: [1.0, 0.1, 0.0, 0.2],
    NEAR: [1.0, 0.15, 0.05, 0.2],
    FAR: [0.0, 1.0, -1.0, 0.3],
}


def embedded(made: Scene) -> Scene:
    """
    Let the pool answer embed calls from a table.
    """

    async def call(target: str, args: Sequence[JsonValue], *, timeout_s: float) -> JsonValue:
        made.pool.called.append((target, args))
        return VECTORS.get(str(args[0]), [1.0, 0.0, 0.0, 0.9])

    made.pool.call = call  # type: ignore[method-assign]
    return made


async def answer(made: Scene, text: str) -> tuple[str, str]:
    made.pool.answers[QUESTION] = text
    (result,) = await made.run()
    return str(result.verdict.kind), result.verdict.reason


async def approved(scene: MakeScene, settings: str = "@match semantic 0.9\n@embed app:embed\n") -> Scene:
    made = embedded(scene({"faq.llmtest": f"{settings}{QUESTION}\n"}, {QUESTION: ANSWER}))
    approve_results(made.open(), await made.run())
    return made


async def test_close_answers_pass_and_others_do_not(scene: MakeScene) -> None:
    """
    The callable gets the text; its vector decides.
    """
    made = await approved(scene)

    assert await answer(made, NEAR) == ("passed", "semantic-close")
    assert (await answer(made, FAR))[0] != "passed"
    assert made.pool.called[0] == ("app:embed", [ANSWER])


async def test_a_differing_fact_never_passes_for_being_close(scene: MakeScene) -> None:
    """
    An embedding hardly notices numbers.
    """
    made = await approved(scene)
    VECTORS[ANSWER.replace("nine", "ten")] = VECTORS[ANSWER]

    assert (await answer(made, ANSWER.replace("nine", "ten")))[0] == "changed"


async def test_an_unchanged_answer_is_not_embedded(scene: MakeScene) -> None:
    """
    Digests come first; an embedding may cost money.
    """
    made = await approved(scene)
    made.pool.called.clear()

    assert await answer(made, ANSWER) == ("passed", "same-text")
    assert made.pool.called == []


async def test_an_answer_approved_under_another_mode_asks_for_approval(scene: MakeScene) -> None:
    """
    There is no sketch of it to be close to.
    """
    made = embedded(scene({"faq.llmtest": f"{QUESTION}\n"}, {QUESTION: ANSWER}))
    approve_results(made.open(), await made.run())
    made.write({"faq.llmtest": f"@match semantic 0.9\n@embed app:embed\n{QUESTION}\n"})

    assert await answer(made, NEAR) == ("new", "no-embedding")


@pytest.mark.parametrize("said", ["text", [], [1], [0.0, 0.0], ["a", "b"], [True, False], None, {"x": 1}])
async def test_what_is_no_embedding_is_an_error_with_the_callables_name(
    scene: MakeScene, said: JsonValue
) -> None:
    """
    It never reads as a changed answer.
    """
    made = await approved(scene)

    async def call(target: str, args: Sequence[JsonValue], *, timeout_s: float) -> JsonValue:
        return said

    made.pool.call = call  # type: ignore[method-assign]
    made.pool.answers[QUESTION] = NEAR
    (result,) = await made.run()

    assert (str(result.verdict.kind), result.verdict.reason) == ("error", "judge")
    assert "`app:embed` returned no embedding" in result.verdict.message


async def test_a_vector_in_a_list_is_taken(scene: MakeScene) -> None:
    """
    Libraries embed lists of texts.
    """
    made = await approved(scene)

    async def call(target: str, args: Sequence[JsonValue], *, timeout_s: float) -> JsonValue:
        return [VECTORS[NEAR]]

    made.pool.call = call  # type: ignore[method-assign]

    assert await answer(made, NEAR) == ("passed", "semantic-close")


async def test_without_embed_and_extra_the_error_names_both_ways(
    scene: MakeScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    One line in the suite, or one package.
    """
    monkeypatch.setitem(sys.modules, "wordllama", None)
    embedding_module._load_offline.cache_clear()
    made = scene({"faq.llmtest": f"@match semantic 0.9\n{QUESTION}\n"}, {QUESTION: ANSWER})

    (result,) = await made.run()
    embedding_module._load_offline.cache_clear()

    assert str(result.verdict.kind) == "error"
    assert "llmentary-regression[semantic]" in result.verdict.message
    assert "@embed module:function" in result.verdict.message


async def test_offline_embeddings_need_no_network(scene: MakeScene, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The model lies inside the package; any connection would fail here.
    """

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    embedding_module._load_offline.cache_clear()
    made = scene({"faq.llmtest": f"@match semantic 0.6\n{QUESTION}\n"}, {QUESTION: ANSWER})
    approve_results(made.open(), await made.run())

    near = await answer(made, "From nine to five, our shop people answer you.")
    far = await answer(made, FAR)

    assert near == ("passed", "semantic-close")
    assert far[0] != "passed"


async def test_no_embedding_is_stored_in_readable_form(scene: MakeScene) -> None:
    """
    A sketch of 512 signs goes into the sealed body, and nothing of the numbers elsewhere.
    """
    made = await approved(scene)

    (path,) = (made.root / ".llmentary" / "baselines" / "faq.llmtest").iterdir()
    stored = path.read_text(encoding="utf-8")

    assert "0.1" not in stored
    assert "sketch" not in stored
