"""
A shop's help desk behind FastAPI. Put your own call of a model into `answer`.
"""

from __future__ import annotations

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

import llmentary_regression.fastapi

app = FastAPI()
llmentary_regression.fastapi.install(app, paths="/ask", suite="helpdesk")


class Question(BaseModel):
    """
    What a customer asks.
    """

    question: str


@app.post("/ask")
async def ask(asked: Question) -> dict[str, str]:
    """
    Answer a customer.
    """
    return {"answer": answer(asked.question)}


def answer(question: str) -> str:
    """
    Return the answer to a question.
    """
    if "return" in question.lower():
        return "You can return a jacket within 30 days of delivery."
    return "We ship to Norway, Sweden and Denmark."


if __name__ == "__main__":
    uvicorn.run(app, port=8000, log_level="warning")
