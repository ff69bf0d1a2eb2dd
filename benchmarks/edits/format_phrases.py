"""
Edits of format by phrases without content: preambles, labels, sign-offs, special tokens that a model leaks.
"""

from __future__ import annotations

from collections.abc import Sequence

from .pair import Edit, before


def _after(*phrases: str) -> Edit:
    return lambda text, random: (text, text + random.choice(phrases))


def _around(pairs: Sequence[tuple[str, str]]) -> Edit:
    def edit(text: str, random: object) -> tuple[str, str]:
        before, after = random.choice(pairs)  # type: ignore[attr-defined]
        return text, before + text + after

    return edit


PHRASE_EDITS: dict[str, Edit] = {
    "answer label": before(
        "Answer: ", "**Answer:** ", "A: ", "Answer:\n", "### Answer\n\n", "**Answer**\n\n", "ANSWER: "
    ),
    "final answer label": before(
        "Final answer: ", "**Final Answer:** ", "Final Answer:\n\n", "## Final answer\n"
    ),
    "response label": before(
        "Response: ", "**Response:**\n", "Here is my response:\n\n", "My answer: ", "Output: ", "Result: "
    ),
    "speaker label": before("Assistant: ", "AI: ", "Bot: ", "**Assistant:** ", "[Assistant] ", "Chatbot: "),
    "here you go": before(
        "Here you go:\n\n", "Here you go! ", "Here it is: ", "There you go: ", "Here goes: "
    ),
    "here is": before(
        "Here is the answer:\n\n",
        "Here's what I found: ",
        "Here is the information you asked for:\n\n",
        "Here's a short answer: ",
        "Below is the answer to your question:\n\n",
        "Here's a quick summary:\n\n",
        "Here's the requested text:\n",
    ),
    "agreeing": before(
        "Sure! ",
        "Sure thing! ",
        "Certainly! ",
        "Of course! ",
        "Absolutely. ",
        "Sure, here it is:\n\n",
        "Of course, happy to help! ",
        "OK, ",
        "Okay. ",
        "Alright: ",
    ),
    "praise": before(
        "Great question! ",
        "That's a great question. ",
        "Good question! ",
        "Excellent question! ",
        "Thanks for asking! ",
        "Thank you for your question. ",
        "Interesting question! ",
    ),
    "greeting": before(
        "Hello! ", "Hi there! ", "Hi! ", "Hello, and thanks for reaching out. ", "Good day! ", "Hey! "
    ),
    "glad": before(
        "I'd be happy to help! ",
        "I'm happy to help. ",
        "Happy to help! ",
        "I would be glad to help you with that. ",
        "Glad you asked! ",
    ),
    "as asked": before(
        "As requested, ",
        "As you asked: ",
        "To answer your question: ",
        "In answer to your question, ",
        "Regarding your question: ",
    ),
    "thinking aloud": before(
        "Let me think about that. ",
        "Let me explain. ",
        "Let's see. ",
        "Let me help you with that.\n\n",
        "Let's take a look: ",
    ),
    "hope": _after(
        " Hope this helps!",
        "\n\nI hope this helps.",
        " Hope that helps! 😊",
        "\n\nI hope that answers your question!",
        " I hope this was helpful.",
    ),
    "let me know": _after(
        " Let me know if you have any other questions!",
        "\n\nLet me know if you need anything else.",
        " Please let me know if you would like more details.",
        "\n\nLet me know if you'd like me to expand on this.",
        " Let me know if that works for you!",
        " Let me know if anything is unclear.",
    ),
    "feel free": _after(
        " Feel free to ask if you have more questions.",
        "\n\nPlease feel free to reach out if you need further help!",
        " Feel free to ask for more.",
        "\n\nIf you have any other questions, feel free to ask!",
        " Don't hesitate to ask if something is unclear.",
    ),
    "anything else": _after(
        " Is there anything else I can help you with?",
        "\n\nCan I help you with anything else?",
        " Anything else?",
        "\n\nDo you have any other questions?",
        " Would you like to know more?",
        "\n\nWould you like me to explain any of this further?",
    ),
    "happy ending": _after(
        " Happy to help!",
        "\n\nGlad to help!",
        " You're welcome!",
        " Always happy to help!",
        "\n\nHappy to explain further!",
        " I'm here to help.",
    ),
    "wishes": _after(
        " Good luck!",
        "\n\nHave a great day!",
        " Enjoy!",
        "\n\nTake care!",
        " Have a nice day.",
        "\n\nAll the best!",
        " Cheers!",
    ),
    "letter end": _after(
        "\n\nBest regards",
        "\n\nBest regards,\nYour assistant",
        "\n\nKind regards,\nThe support team",
        "\n\nSincerely,\nYour AI assistant",
    ),
    "thanks": _after(
        " Thank you!", "\n\nThanks for your question!", " Thank you for asking.", "\n\nThank you for reading!"
    ),
    "that is all": _after(
        " That's it!",
        "\n\nThat's all.",
        " That is all there is to it.",
        "\n\nEnd of answer.",
        " And that's it!",
    ),
    "stop token": _after("</s>", "<|im_end|>", "<|endoftext|>", " [END]", "<|eot_id|>"),
    "before and after": _around(
        [
            ("Sure! ", "\n\nLet me know if you need more."),
            ("Here is the answer:\n\n", "\n\nHope this helps!"),
            ("Hi! ", "\n\nBest regards"),
            ("Certainly! Here's the answer:\n\n---\n\n", "\n\n---\n\nLet me know if you have questions!"),
            ("**Answer:** ", " 😊"),
        ]
    ),
}
