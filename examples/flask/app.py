"""
A shop's help desk behind Flask, which streams its answers. Put your own call of a model into `answer`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from flask import Flask, Response, request

import llmentary_regression.flask

app = Flask(__name__)
llmentary_regression.flask.install(app, paths="/ask", suite="helpdesk")


@app.post("/ask")
def ask() -> Response:
    """
    Answer a customer, word by word.
    """
    question = request.get_json()["question"]
    events = (f"data: {json.dumps({'delta': piece})}\n\n" for piece in answer(question))
    return Response(events, mimetype="text/event-stream")


def answer(question: str) -> Iterator[str]:
    """
    Yield the words of the answer to a question.
    """
    text = "We ship to Norway, Sweden and Denmark."
    if "return" in question.lower():
        text = "You can return a jacket within 30 days of delivery."
    for word in text.split(" "):
        yield f"{word} "


if __name__ == "__main__":
    app.run(port=8000)
