import type { RefusalExample } from '../examples.ts'
import {
  assistant,
  HELLO,
  image,
  invalid,
  NOVA,
  pdf,
  SONNET,
  sound,
  text,
  thought,
  toolConfig,
  toolResult,
  toolUse,
  user,
  VOXTRAL,
  video,
} from './parts.ts'

const START =
  'A conversation must start with a user message. Try again with a conversation that starts with a user message.'

export const conversationExamples: readonly RefusalExample[] = [
  invalid(
    'system-role',
    { messages: [HELLO, { role: 'system', content: [text('Be brief.')] }] },
    "1 validation error detected: Value 'system' at 'messages.2.member.role' failed to satisfy constraint: Member must satisfy enum value set: [user, assistant]",
  ),
  invalid('starts-with-user', {}, START),
  invalid('starts-with-user', { messages: [assistant(text('Hello')), HELLO] }, START),
  invalid(
    'empty-message',
    { messages: [HELLO, assistant(), HELLO] },
    'The content field in the Message object at messages.1 is empty. Add a ContentBlock object to the content field and try again.',
  ),
  invalid(
    'alternates',
    { messages: [HELLO, HELLO] },
    'A conversation must alternate between user and assistant roles. Make sure the conversation alternates between user and assistant roles and try again.',
  ),
  invalid(
    'blank-text',
    { messages: [user(text('Hello'), text(' \n'))] },
    'The text field in the ContentBlock object at messages.0.content.1 is blank. Add text to the text field, and try again.',
  ),
  invalid(
    'blank-text',
    { messages: [HELLO, assistant(toolUse('a')), user(toolResult('a', [text('')]))], toolConfig },
    'The text field in the ToolResultContentBlock object at messages.2.content.0.toolResult.content.0 is blank. Add text to the text field, and try again.',
  ),
  invalid(
    'blank-system-text',
    { messages: [HELLO], system: [text('Be brief.'), text(' ')] },
    'The text field in the SystemContentBlock object at system.1 is blank. Add text to the text field, and try again.',
  ),
  invalid(
    'ends-with-user',
    { messages: [HELLO, assistant(text('Hi'))] },
    'A conversation must end with a user message. Try again with a conversation that ends with a user message.',
    NOVA,
  ),
  invalid(
    'prefill-unsupported',
    { messages: [HELLO, assistant(text('Hi'))] },
    'The model returned the following errors: This model does not support assistant message prefill. The conversation must end with a user message.',
    'us.anthropic.claude-sonnet-4-6',
  ),
  invalid(
    'prefill-trailing-space',
    { messages: [HELLO, assistant(text('Hi '))] },
    'The model returned the following errors: messages: final assistant content cannot end with trailing whitespace',
  ),
  misplaced('image-in-assistant', 'image', image()),
  misplaced('document-in-assistant', 'document', pdf('report')),
  misplaced('video-in-assistant', 'video', video, NOVA),
  misplaced('audio-in-assistant', 'audio', sound, VOXTRAL),
  misplaced('tool-result-in-assistant', 'toolResult', toolResult('a')),
  invalid(
    'tool-use-in-user',
    { messages: [user(text('Hello'), toolUse('a'))], toolConfig },
    'The toolUse content block at messages.0.content.1 can only be used in a message with the assistant role.',
  ),
  invalid(
    'reasoning-in-user',
    { messages: [user(thought('Hm.'), text('Hello'))] },
    'The reasoningContent content block at messages.0.content.0 can only be used in a message with the assistant role.',
    SONNET,
    { body: { messages: [HELLO, assistant(thought('Hm.'), text('Hello')), HELLO] } },
  ),
]

function misplaced(rule: string, kind: string, block: object, modelId = SONNET): RefusalExample {
  return invalid(
    rule,
    { messages: [HELLO, assistant(text('Here:'), block), HELLO], toolConfig },
    `The ${kind} content block at messages.1.content.1 can only be used in a message with the user role.`,
    modelId,
    kind === 'toolResult' ? undefined : { body: { messages: [user(text('Here:'), block)] } },
  )
}
