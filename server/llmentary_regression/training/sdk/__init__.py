"""
Capture the calls of LLM SDKs and of LangChain.
"""
