import { z } from 'zod'
import { toChunks } from '../../../openai/chat/chunks.ts'
import { type ChatHead, toCompletion } from '../../../openai/chat/completion.ts'
import { refuseChat } from '../../../openai/chat/refusals.ts'
import { chatRequestSchema } from '../../../openai/chat/request-schema.ts'
import { toConversation } from '../../../openai/chat/to-conversation.ts'
import { type Said, saidOf } from '../../../openai/conversation.ts'
import { isRefused, readBody } from '../../../openai/read-body.ts'
import { openAiError } from '../../converse/rules/fields.ts'
import type { BodyFormat } from '../body-format.ts'
import { idOf, type Spoken } from '../spoken.ts'

/** OpenAI's Chat Completions, which most open-weight models of today speak. */
export const openAiChat: BodyFormat = {
  read(json, model) {
    const request = readBody(Buffer.from(JSON.stringify(json)), schema)
    if (isRefused(request)) return { refused: openAiError(request.refused.message) }
    const chat = { ...request, model: model.id }
    const refused = refuseChat(chat)
    if (refused) return { refused: openAiError(refused.message) }
    const { reasoning_effort, n } = request
    return {
      conversation: {
        ...toConversation(chat),
        ...(reasoning_effort ? { additionalModelRequestFields: { reasoning_effort } } : {}),
      },
      choices: n ?? 1,
    }
  },
  toAnswer: (spoken) => toCompletion(headOf(spoken), toSaid(spoken)),
  // The frames of AWS end by themselves, without OpenAI's `[DONE]`.
  toChunks: (spoken) => toChunks(headOf(spoken), toSaid(spoken), true).filter(({ name }) => name !== 'done'),
}

// The path says which model, and the operation whether it streams.
const schema = chatRequestSchema.omit({ model: true, stream: true, stream_options: true }).extend({
  model: z.string().optional(),
  // As many as the model takes.
  stop: z.union([z.string(), z.array(z.string())]).nullish(),
})

// Where others tell their thoughts is inferred from Bedrock's own Chat Completions.
function headOf(spoken: Spoken): ChatHead {
  const { created, model, choices } = spoken
  return { id: idOf(spoken, 'chatcmpl-'), created, model: model.id, choices, reasoningMember: 'reasoning' }
}

/** Here gpt-oss has no member for its thoughts. */
function toSaid(spoken: Spoken): Said {
  const said = saidOf(spoken)
  if (!/^openai\.gpt-oss/.test(spoken.model.id) || said.reasoning === '') return said
  return { ...said, text: `<reasoning>${said.reasoning}</reasoning>${said.text}`, reasoning: '' }
}
