"""
Spans for OpenTelemetry instrumentations that are read in this process and never exported.

An application's own traces do not change: such a span gives the enclosing span as its context, so the spans that the
application starts inside it have the same parents as before.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from opentelemetry.context import Context
from opentelemetry.trace import (
    Link,
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    Tracer,
    TracerProvider,
    get_current_span,
)
from opentelemetry.util.types import Attributes

from ._requests import SdkRequest, request_in_progress


class UnexportedSpan(Span):
    """
    Holds the span's attributes, and the request that it was started for, in memory.
    """

    def __init__(
        self, enclosing: SpanContext, attributes: Mapping[str, Any], request: SdkRequest | None
    ) -> None:
        self._enclosing = enclosing
        self.attributes: dict[str, Any] = dict(attributes)
        self.request = request
        self.has_failed = False
        self.started = time.perf_counter()

    def end(self, end_time: int | None = None) -> None:
        """
        Do nothing, as the span is not exported.
        """

    def get_span_context(self) -> SpanContext:
        return self._enclosing

    def set_attributes(self, attributes: Mapping[str, Any]) -> None:
        self.attributes.update(attributes)

    def set_attribute(self, key: str, value: Any) -> None:
        self.attributes[key] = value

    def add_event(self, name: str, attributes: Attributes = None, timestamp: int | None = None) -> None:
        """
        Do nothing.
        """

    def update_name(self, name: str) -> None:
        """
        Do nothing.
        """

    def is_recording(self) -> bool:
        return True

    def set_status(self, status: Status | StatusCode, description: str | None = None) -> None:
        code = status.status_code if isinstance(status, Status) else status
        self.has_failed = self.has_failed or code is StatusCode.ERROR

    def record_exception(
        self,
        exception: BaseException,
        attributes: Attributes = None,
        timestamp: int | None = None,
        escaped: bool = False,
    ) -> None:
        self.has_failed = True


class UnexportedTracer(Tracer):
    """
    Starts spans that are never exported.
    """

    def start_span(
        self,
        name: str,
        context: Context | None = None,
        kind: SpanKind = SpanKind.INTERNAL,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        start_time: int | None = None,
        record_exception: bool = True,
        set_status_on_exception: bool = True,
    ) -> Span:
        enclosing = get_current_span(context).get_span_context()
        return UnexportedSpan(enclosing, attributes or {}, request_in_progress())

    @contextmanager
    def _as_current(self, span: Span) -> Iterator[Span]:
        yield span

    def start_as_current_span(self, name: str, *args: Any, **kwargs: Any) -> Any:
        # The instrumentations do not use it; they attach their spans themselves.
        return self._as_current(
            self.start_span(name, kwargs.get("context"), attributes=kwargs.get("attributes"))
        )


class UnexportedTracerProvider(TracerProvider):
    """
    Returns such tracers.
    """

    def get_tracer(self, *args: Any, **kwargs: Any) -> Tracer:
        return UnexportedTracer()
