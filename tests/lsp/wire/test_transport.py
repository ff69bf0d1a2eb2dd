"""
Tests of `lsp/wire/_transport.py`.
"""

import asyncio
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from llmentary_regression.lsp.wire import PipeWriter, read_frames
from llmentary_regression.lsp.wire._transport import FrameReader


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_bodies_come_out_however_they_are_cut(size: int) -> None:
    """
    A pipe may deliver any number of bytes at once.
    """
    stream = b'Content-Length: 2\r\n\r\n{}content-length: 5\r\nContent-Type: x\r\n\r\n"\xc3\xa9x"'
    reader = FrameReader()

    bodies = [body for at in range(0, len(stream), size) for body in reader.feed(stream[at : at + size])]

    assert bodies == [b"{}", b'"\xc3\xa9x"']


def test_a_header_without_length_is_skipped() -> None:
    """
    Reading continues with the next header.
    """
    assert list(FrameReader().feed(b"Noise: 1\r\n\r\nContent-Length: 2\r\n\r\n{}")) == [b"{}"]


def test_everything_is_written_before_the_end() -> None:
    """
    Closing waits for what was written, in order.
    """
    there, here = os.pipe()
    writer = PipeWriter(here, lambda: None)
    for number in range(100):
        writer.write(b"%03d" % number)

    writer.close()

    assert os.read(there, 1000) == b"".join(b"%03d" % number for number in range(100))
    os.close(there)
    os.close(here)


def test_a_broken_pipe_is_reported_once() -> None:
    """
    When the client is gone, the server is notified and nothing raises.
    """
    there, here = os.pipe()
    os.close(there)
    told: list[bool] = []
    writer = PipeWriter(here, lambda: told.append(True))

    writer.write(b"x")
    writer.close()

    assert told == [True]
    os.close(here)


async def test_messages_arrive_while_every_thread_of_the_pool_is_busy() -> None:
    """
    The reader has its own thread: slow jobs in the shared pool do not block it.
    """
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(max_workers=1))
    is_over = threading.Event()
    slow = loop.run_in_executor(None, is_over.wait)
    there, here = os.pipe()
    arrived: asyncio.Queue[bytes] = asyncio.Queue()
    ended = asyncio.Event()
    read_frames(there, loop, arrived.put_nowait, ended.set)

    os.write(here, b"Content-Length: 2\r\n\r\n{}")

    assert await asyncio.wait_for(arrived.get(), 10) == b"{}"
    assert not slow.done()
    is_over.set()
    os.close(here)
    await asyncio.wait_for(ended.wait(), 10)
    await slow
    os.close(there)
