"""
A help desk without a model, so that this example runs anywhere: it looks answers up by words of the question.
"""

import sys

import llmentary_regression as llmentary

ANSWERS = {
    "return": "You may return a jacket within 30 days of delivery, in any of our 12 shops or by post.",
    "norway": "Yes, we ship to Norway. It takes 5 to 7 working days and costs 12 EUR.",
    "gift": "Gift cards are valid for 24 months. We cannot refund them.",
}


@llmentary.trainable(suite="helpdesk")
def ask(question: str) -> str:
    """
    Answer a customer's question.
    """
    for word, answer in ANSWERS.items():
        if word in question.lower():
            return answer
    return "I do not know; please write to help@example.com."


if __name__ == "__main__":
    print("Ask, or press Ctrl-D to end.", flush=True)
    for line in sys.stdin:
        if line.strip():
            print(ask(line.strip()), flush=True)
