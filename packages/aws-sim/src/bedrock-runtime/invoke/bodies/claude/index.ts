import type { BodyFormat } from '../../body-format.ts'
import { toEvents } from './events.ts'
import { toFault } from './faults.ts'
import { toBlock, toMessage } from './message.ts'
import { claudeRequestSchema } from './request-schema.ts'
import { toConversation } from './to-conversation.ts'

/** Anthropic's Messages, without `model` and `stream` and with a version of Bedrock's. */
export const claude: BodyFormat = {
  read(json) {
    const parsed = claudeRequestSchema.safeParse(json)
    if (parsed.success) return { conversation: toConversation(parsed.data), choices: 1 }
    return { refused: toFault(parsed.error.issues, json) }
  },
  toAnswer(spoken) {
    const { content, stopReason, stopSequence } = spoken.reply
    const stop = { stop_reason: stopReason, stop_sequence: stopSequence }
    return toMessage(spoken, content.map(toBlock), stop, spoken.usage.outputTokens)
  },
  toChunks: toEvents,
}
