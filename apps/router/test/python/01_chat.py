response = client.chat.completions.create(
    model="tfy-ai-bedrock/global-anthropic-claude-sonnet-4-5-20250929-v1-0",
    messages=[
        {"role": "user", "content": "What is Moho in one line?"},
    ],
)
print(response.choices[0].message.content)
