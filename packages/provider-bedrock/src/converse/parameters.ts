/**
 * What becomes of each member of a chat request on Bedrock. The translation goes by this table, and `docs/bedrock-chat.md` is made
 * from it. A member that is not in it is dropped and reported.
 */
export interface Parameter {
  readonly name: string
  /** 'mended': what does not fit is changed or left out, and reported. 'dropped': it only tunes the answer. 'refused': without it the answer would be another. */
  readonly fate: 'sent' | 'mended' | 'dropped' | 'refused'
  /** For the caller: where it goes, and what happens to it on its way. */
  readonly says: string
  /** A value that says what happens anyway, and so is no loss. */
  readonly unless?: string | number | boolean
}

export const parameters: readonly Parameter[] = [
  sent('model', 'which model is called'),
  mended(
    'messages',
    '`messages` and `system`. Turns of one role become one; blank text is left out; calls of tools that nobody answered, and answers that nobody asked for, are mended',
  ),
  sent('stream', 'ConverseStream instead of Converse'),
  sent('stream_options', '`include_usage`: the last chunk tells the usage'),
  mended(
    'max_tokens',
    '`inferenceConfig.maxTokens`. More than the model can write becomes what it can; left out, the model writes as much as it can',
  ),
  mended('max_completion_tokens', 'the same; of both, the smaller'),
  mended(
    'temperature',
    '`inferenceConfig.temperature`. Above 1 becomes 1; left out where the model takes none, or none while it reasons',
  ),
  mended(
    'top_p',
    '`inferenceConfig.topP`. Left out beside `temperature` where the model takes one of them, and where it takes none',
  ),
  mended('top_k', '`top_k` of Claude, `inferenceConfig.topK` of Nova; other models take none'),
  mended('stop', '`inferenceConfig.stopSequences`. Claude takes none of white space alone'),
  sent('tools', '`toolConfig.tools`. Names that Bedrock refuses are spelled otherwise and come back as they were'),
  mended('tool_choice', '`toolConfig.toolChoice`. `auto` where the model decides itself, and while it reasons'),
  mended('parallel_tool_calls', '`false` goes to Claude from 4.5, unless a tool is forced'),
  mended('response_format', 'the best way that the model has, told in `x-moho-structured-output`'),
  mended('reasoning_effort', 'how much the model reasons, in its own terms'),
  mended('thinking', 'Claude’s own switch, as it is'),
  mended('service_tier', '`serviceTier`: `default`, `flex`, `priority`, `reserved`; `auto` is the default'),
  mended('metadata', '`requestMetadata`, which is in AWS’s invocation logs. Pairs that Bedrock refuses are left out'),
  mended('user', '`requestMetadata.user`'),
  sent('performanceConfig', 'the same, for latency-optimized inference'),
  mended('guardrailConfig', 'the same. A guardrail of the entry goes before it'),
  sent('additionalModelRequestFields', 'the same: members of the model’s own API. They win over what Moho sends there'),
  mended('modalities', '`["text"]` is what happens anyway'),
  {
    ...refused('n', 'More than 1: Bedrock gives one answer to a call. Leave it out, or call several times.'),
    fate: 'mended',
  },
  dropped('seed', 'Converse has none. Leave it out'),
  { ...dropped('frequency_penalty', 'Converse has none'), unless: 0 },
  { ...dropped('presence_penalty', 'Converse has none'), unless: 0 },
  dropped('logit_bias', 'Converse has none'),
  { ...dropped('logprobs', 'Converse tells none'), unless: false },
  { ...dropped('top_logprobs', 'Converse tells none'), unless: 0 },
  { ...dropped('store', 'Bedrock keeps no chats'), unless: false },
  dropped('prediction', 'Converse takes none'),
  dropped('verbosity', 'Converse has none. Say it in the prompt'),
  dropped('prompt_cache_key', 'Bedrock finds prompts by what is in them. Mark them with `cache_control`'),
  dropped('safety_identifier', 'Bedrock takes none. Send it in `metadata`'),
  refused('audio', 'Bedrock answers chats with text alone.'),
  refused('functions', 'Send them as `tools`.'),
  refused('function_call', 'Send it as `tool_choice`.'),
  refused('web_search_options', 'Moho has no web search on Bedrock. Leave it out.'),
  refused('system', 'Send it as a message of role "system".'),
]

function sent(name: string, says: string): Parameter {
  return { name, fate: 'sent', says }
}

function mended(name: string, says: string): Parameter {
  return { name, fate: 'mended', says }
}

function dropped(name: string, says: string): Parameter {
  return { name, fate: 'dropped', says }
}

function refused(name: string, says: string): Parameter {
  return { name, fate: 'refused', says }
}
