import type { ChatRequest } from '@moho/core'
import { modelFields } from '../converse/extras.ts'
import { mergeFields } from '../converse/merge-fields.ts'
import { parameters } from '../converse/parameters.ts'
import { refusal, reportRest, type Translation } from '../converse/translation.ts'
import { refuseForeign } from '../openai/s3-names.ts'
import { chatBody } from './chat-body.ts'
import type { InvokeFormat } from './format.ts'
import { promptBody } from './prompt-body.ts'
import { reportUnsent } from './report-unsent.ts'

/**
 * A chat request as a model takes it by InvokeModel, in the format of its maker. The request stays as it is. Throws `unsupported` for
 * what the format cannot carry where leaving it out would change what is answered; reports as dropped what only tunes it.
 */
export function toInvoke(chat: ChatRequest, format: InvokeFormat, call: Translation): { readonly body: object } {
  refuseWhatIsNotServed(chat, call)
  if (chat.stream_options) reportRest(chat.stream_options, knownOfStream, 'stream_options', call)
  reportUnsent(chat, format, call)
  const own = modelFields(chat)
  for (const name in own) {
    if (conversation.has(name))
      throw refusal(
        'unsupported',
        `additionalModelRequestFields.${name}`,
        'It would go in place of the conversation. Send it as a message.',
      )
  }
  refuseForeign(own, call.rules?.s3Sources, 'additionalModelRequestFields')
  const body = format === 'openai-chat' ? chatBody(chat, call) : promptBody(chat, format, call)
  return { body: mergeFields(body, own) ?? body }
}

const knownOfStream = new Set(['include_usage'])
/** What the body says that is made here. */
const conversation = new Set(['prompt', 'messages', 'model', 'stream', 'n', 'images'])
const refused = parameters.filter(({ fate }) => fate === 'refused')

function refuseWhatIsNotServed(chat: ChatRequest, { rules }: Translation): void {
  for (const { name, says } of refused) {
    const value: unknown = chat[name]
    if (value !== undefined && value !== null) throw refusal('unsupported', name, says)
  }
  if ((chat.n ?? 1) > 1)
    throw refusal('unsupported', 'n', 'Bedrock gives one answer to a call. Leave it out, or call several times.')
  const { modalities } = chat
  if (modalities !== undefined && modalities !== null) {
    if (!Array.isArray(modalities) || modalities.some((modality) => modality !== 'text'))
      throw refusal('unsupported', 'modalities', 'Bedrock answers chats with text alone.')
  }
  // Here it would be headers. An answer that nobody guards, where a guardrail was asked for, is another answer.
  const guarded =
    rules?.guardrail !== undefined || (chat.guardrailConfig !== undefined && chat.guardrailConfig !== null)
  if (guarded)
    throw refusal(
      'unsupported',
      'guardrailConfig',
      'Moho sends no guardrail to a model that it calls by InvokeModel. Ask another model, or an entry without a guardrail.',
    )
}
