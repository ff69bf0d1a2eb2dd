"""
Baselines that no suite asks for.
"""

from dataclasses import replace

from llmentary_regression.services.approve import approve_results, find_orphans
from project_scene import MakeScene


async def test_baselines_of_checks_in_a_test_file_are_no_orphans(scene: MakeScene) -> None:
    """
    Only a run of pytest tells what a test file asks, so `prune` leaves them alone while the file is there.
    """
    made = scene(
        {"faq.llmtest": "How long?\n", "test_bot.py": "def test_refund(llmentary): ..."},
        {"How long?": "A day."},
    )
    project = made.open()
    approve_results(project, await made.run(project=project))
    (baseline,) = project.store.read("faq.llmtest").values()
    moved = replace(baseline, suite="test_bot.py")
    project.store.update({"test_bot.py": lambda _: {moved.key: moved}})

    while_there = find_orphans(project).found
    (made.root / "test_bot.py").unlink()
    afterwards = find_orphans(project).found

    assert while_there == ()
    assert [orphan.suite for orphan in afterwards] == ["test_bot.py"]
