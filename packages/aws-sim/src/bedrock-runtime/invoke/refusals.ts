import { modelError } from '../converse/call.ts'
import { ended, invalid, REFUSALS, type RefusalRule } from '../converse/refusals.ts'
import { lacksSupportFor } from '../converse/rules/attachments.ts'
import { misdialsOpenAi } from '../converse/rules/fields.ts'
import { asksTooManyTokens, hasTooManyStops, isEndedModel, isTooLong, isUnknownModel } from '../converse/rules/model.ts'
import { usesToolsWithoutSupport } from '../converse/rules/tools.ts'
import { streamsWithoutSupport } from '../converse-stream/refusals.ts'
import type { InvokeCall } from './call.ts'

/** Every reason for which InvokeModel is refused, in the order in which they are looked at. */
export const INVOKE_REFUSALS: readonly RefusalRule<InvokeCall>[] = [
  // What every model has in common.
  invalid('unknown-model', isUnknownModel),
  ended('ended-model', isEndedModel),
  invalid('content-type', isOtherContent),
  invalid('format-unserved', hasNoFormat),
  invalid('streaming-unsupported', (call) => (call.isStreamed ? streamsWithoutSupport(call) : undefined)),
  invalid('malformed-json', isMalformed),

  // What the family's own interface refuses.
  invalid('body', ({ refused }) => refused),
  invalid('passed-on', refusesAsPassedOn),

  // What a model lacks or limits. That InvokeModel says so in Converse's words is inferred.
  invalid('tools-unsupported', usesToolsWithoutSupport),
  invalid('images-unsupported', lacksSupportFor('image')),
  invalid('openai-reasoning', misdialsOpenAi),
  invalid('max-tokens', asksTooManyTokens),
  invalid('stop-sequences', hasTooManyStops),
  invalid('too-long', isTooLong),
]

// The wording is inferred; what the SDKs send by themselves, application/octet-stream, is refused too.
function isOtherContent({ contentType }: InvokeCall): string | undefined {
  if (contentType === 'application/json') return undefined
  return `The content type ${contentType ?? '(none)'} is not supported for this model. Set Content-Type to application/json and try again.`
}

// AWS serves these: the limit is the simulator's.
function hasNoFormat({ model, format }: InvokeCall): string | undefined {
  return model && !format ? `The simulator has no InvokeModel format for ${model.id}.` : undefined
}

function isMalformed({ isMalformed }: InvokeCall): string | undefined {
  return isMalformed ? 'Malformed input request, please reformat your input and try again.' : undefined
}

const PASSED_ON = modelError('')

// What Converse passes on from Claude's own interface, that interface says here by itself.
function refusesAsPassedOn(call: InvokeCall): string | undefined {
  if (call.model?.family !== 'claude') return undefined
  for (const { find } of REFUSALS) {
    const message = find(call)
    if (message?.startsWith(PASSED_ON)) return message.slice(PASSED_ON.length)
  }
  return undefined
}
