import type { RefusalExample } from '../examples.ts'
import {
  assistant,
  GPT_OSS,
  HELLO,
  invalid,
  NOVA,
  point,
  SONNET,
  text,
  thought,
  toolConfig,
  toolResult,
  toolUse,
  user,
} from './parts.ts'

const cachedTools = { tools: [...toolConfig.tools, point()] }
const answered = (...more: readonly object[]) => ({
  messages: [HELLO, assistant(toolUse('a')), user(toolResult('a'), ...more)],
  toolConfig,
})

export const cachingExamples: readonly RefusalExample[] = [
  unsupported('qwen.qwen3-32b-v1:0'),
  unsupported('us.openai.gpt-5.6-sol'),
  unsupported('anthropic.claude-3-haiku-20240307-v1:0'),
  unsupported(GPT_OSS),
  invalid(
    'cache-tools-unsupported',
    { messages: [HELLO], toolConfig: cachedTools },
    'The model returned the following errors: Malformed input request: #/toolConfig/tools/1: extraneous key [cachePoint] is not permitted, please reformat your input and try again.',
    NOVA,
    { modelId: SONNET },
  ),
  invalid(
    'cache-tools-unsupported',
    answered(text('And now?'), point()),
    'The model returned the following errors: Malformed input request: #/messages/2/content/2: extraneous key [cachePoint] is not permitted, please reformat your input and try again.',
    NOVA,
    { body: { messages: [user(text('Hello'), point())], system: [text('Be brief.'), point()] } },
  ),
  invalid(
    'cache-ttl-unsupported',
    { messages: [user(text('Hello'), point('1h'))] },
    'The model returned the following errors: messages.0.content.1.cache_control.ephemeral.ttl: Extra inputs are not permitted',
    'us.anthropic.claude-3-7-sonnet-20250219-v1:0',
    { modelId: 'us.anthropic.claude-opus-4-7' },
  ),
  invalid(
    'cache-ttl-unsupported',
    { messages: [HELLO], system: [text('Be brief.'), point('1h')] },
    'The model returned the following errors: Malformed input request: #/system/1/cachePoint: extraneous key [ttl] is not permitted, please reformat your input and try again.',
    NOVA,
    { body: { messages: [HELLO], system: [text('Be brief.'), point('5m')] } },
  ),
  invalid(
    'cache-nothing',
    { messages: [user(point(), text('Hello'))] },
    'The cachePoint at messages.0.content.0 must come directly after the content that it covers.',
    SONNET,
    { body: { messages: [user(text('Hello'), point())] } },
  ),
  invalid(
    'cache-nothing',
    { messages: [HELLO], system: [text('Be brief.'), point('1h'), point()] },
    'The cachePoint at system.2 must come directly after the content that it covers.',
    SONNET,
    { body: { messages: [HELLO], system: [text('Be brief.'), point('1h'), text('Be kind.'), point()] } },
  ),
  invalid(
    'cache-nothing',
    { messages: [HELLO], toolConfig: { tools: [point(), ...toolConfig.tools] } },
    'The cachePoint at tools.0 must come directly after the content that it covers.',
    SONNET,
    { body: { messages: [HELLO], toolConfig: cachedTools } },
  ),
  invalid(
    'cache-thought',
    { messages: [HELLO, assistant(thought('Hm.'), point(), text('Hello')), HELLO] },
    'The model returned the following errors: messages.1.content.0.thinking: cache_control cannot be set for thinking blocks. Set it on another block.',
    SONNET,
    { body: { messages: [HELLO, assistant(thought('Hm.'), text('Hello'), point()), HELLO] } },
  ),
  invalid(
    'cache-points',
    { messages: [cached(3)], system: cached(2).content },
    'The model returned the following errors: A maximum of 4 blocks with cache_control may be provided. Found 5.',
    SONNET,
    { body: { messages: [cached(2)], system: cached(2).content } },
  ),
  invalid(
    'cache-ttl-order',
    { messages: [user(text('Hello'), point('1h'))], system: [text('Be brief.'), point()] },
    "The model returned the following errors: messages.0.content.1.cache_control.ttl: a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block. Note that blocks are processed in the following order: `tools`, `system`, `messages`.",
    SONNET,
    { body: { messages: [user(text('Hello'), point('5m'))], system: [text('Be brief.'), point('1h')] } },
  ),
]

function unsupported(modelId: string): RefusalExample {
  return {
    rule: 'cache-unsupported',
    request: { modelId, body: { messages: [user(text('Hello'), point())] } },
    status: 403,
    name: 'AccessDeniedException',
    message:
      'You invoked an unsupported model or your request did not allow prompt caching. See the documentation for more information.',
    taken: { modelId: SONNET },
  }
}

/** So many texts, a cache point after each. */
function cached(points: number) {
  return user(...Array.from({ length: points }, () => [text('Hello'), point()]).flat())
}
