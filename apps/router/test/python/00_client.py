import os
from openai import OpenAI

client = OpenAI(
    api_key="your-api-key",
    base_url="{GATEWAY_BASE_URL}",
)
