"""
A help desk as a LangChain chain. Replace `HelpDesk` by your own model, such as `ChatOpenAI`.
"""

from __future__ import annotations

import sys
from typing import Any

from langchain_core.language_models.chat_models import SimpleChatModel
from langchain_core.messages import BaseMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate

import llmentary_regression as llmentary


class HelpDesk(SimpleChatModel):
    """
    Stands in for a model, so that this example runs anywhere.
    """

    @property
    def _llm_type(self) -> str:
        return "help-desk"

    def _call(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: Any = None,
        **kwargs: Any,
    ) -> str:
        if "return" in str(messages[-1].content).lower():
            return "You can return a jacket within 30 days of delivery."
        return "We ship to Norway, Sweden and Denmark."


PROMPT = ChatPromptTemplate([("system", "You are a shop's help desk. Be brief."), ("user", "{question}")])
CHAIN = PROMPT | HelpDesk() | StrOutputParser()


@llmentary.trainable(suite="helpdesk")
def ask(question: str) -> str:
    """
    Return the chain's answer.
    """
    return CHAIN.invoke({"question": question})


if __name__ == "__main__":
    for line in sys.stdin:
        print(ask(line.strip()))
