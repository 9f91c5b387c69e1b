import type { RefusalExample } from '../examples.ts'
import { redactedThought, signThought } from '../signatures.ts'
import { assistant, GPT_OSS, HELLO, invalid, MISTRAL, NOVA_2, OPUS, SONNET, text, thought, unsigned } from './parts.ts'

const SEED = Buffer.alloc(32, 7)
const UNSUPPORTED =
  "This model doesn't support the reasoningContent content block that you provided. Update the content block and try again."
const MODEL = 'The model returned the following errors: '
const redacted = (redactedContent = redactedThought('claude', SEED)) => ({ reasoningContent: { redactedContent } })

export const reasoningExamples: readonly RefusalExample[] = [
  invalid('reasoning-unsupported', said(unsigned('Hm.')), UNSUPPORTED, GPT_OSS, { modelId: NOVA_2 }),
  invalid('reasoning-unsupported', said(unsigned('Hm.')), UNSUPPORTED, MISTRAL, {
    modelId: 'minimax.minimax-m2',
  }),
  invalid('reasoning-unsupported', said(thought('Hm.')), UNSUPPORTED, 'google.gemma-3-27b-it', { modelId: SONNET }),
  invalid('reasoning-unsupported', said(redacted()), UNSUPPORTED, 'us.deepseek.r1-v1:0', { modelId: OPUS }),
  invalid(
    'reasoning-place',
    { messages: [HELLO, assistant(thought('Hm.'), text('Hello.'), thought('Ah.')), HELLO] },
    `${MODEL}messages.1.content.2: \`thinking\` blocks must come before all other blocks of their message`,
    SONNET,
    { body: { messages: [HELLO, assistant(thought('Hm.'), redacted(), text('Hello.')), HELLO] } },
  ),
  invalid(
    'reasoning-unsigned',
    said(unsigned('Hm.')),
    `${MODEL}messages.1.content.0.thinking.signature: Field required`,
    SONNET,
    { body: said(thought('Hm.')) },
  ),
  altered(thought('Hm!', signThought('claude', 'Hm.', SEED)), { body: said(thought('Hm.')) }),
  altered(thought('Hm.', 'EsgECkYIBxgCKkA'), { body: said(thought('', signThought('claude', '', SEED))) }),
  altered(thought('Hm.', signThought('nova', 'Hm.', SEED)), { modelId: NOVA_2 }),
  altered(thought('Hm.', `${signThought('claude', 'Hm.', SEED)}AAAA`), { body: { messages: [HELLO] } }),
  invalid(
    'reasoning-redacted',
    said(redacted('SGVsbG8=')),
    `${MODEL}messages.1.content.0: Invalid \`data\` in \`redacted_thinking\` block`,
    SONNET,
    { body: said(redacted()) },
  ),
]

function said(...blocks: readonly object[]): object {
  return { messages: [HELLO, assistant(...blocks, text('Hello.')), HELLO] }
}

function altered(block: object, taken: RefusalExample['taken']): RefusalExample {
  const message = `${MODEL}messages.1.content.0: Invalid \`signature\` in \`thinking\` block`
  return invalid('reasoning-signature', said(block), message, SONNET, taken)
}
