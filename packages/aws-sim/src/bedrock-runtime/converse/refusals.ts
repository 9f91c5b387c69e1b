import type { FaultOrigin } from '../../fault.ts'
import type { ConverseCall } from './call.ts'
import {
  hasBadDocumentName,
  hasDocumentWithoutText,
  hasLargeDocument,
  hasLargeImage,
  hasOtherImageFormat,
  hasTooManyDocuments,
  hasTooManyImages,
  hasWideImage,
  lacksSupportFor,
  repeatsDocumentName,
} from './rules/attachments.ts'
import {
  assistantSends,
  endsWithAssistant,
  hasBlankSystemText,
  hasBlankText,
  isEmptyMessage,
  prefillEndsWithSpace,
  prefillsUnsupportedModel,
  repeatsRole,
  startsWithoutUser,
  userCallsTool,
} from './rules/conversation.ts'
import {
  asksTooManyTokens,
  cachesWithoutSupport,
  hasBrokenOutputSchema,
  hasTooManyCachePoints,
  hasTooManyStops,
  isEndedModel,
  isTooLong,
  isUnknownModel,
  lengthensCacheTtl,
  overridesPrompt,
  setsFixedTemperature,
  setsTemperatureAndTopP,
  thinksWhileForced,
  thinksWithoutRoom,
  thinksWithTemperature,
  usesSystemRoleWithoutSupport,
  usesSystemWithoutSupport,
  wantsSchemaWithoutSupport,
} from './rules/model.ts'
import { constraintsFail, hasUnknownMember, hasWrongType, hasWrongUnion, isMalformed } from './rules/shape.ts'
import {
  choosesUnknownTool,
  choosesWithoutSupport,
  definesToolTwice,
  hasEmptyError,
  hasNoObject,
  hasNoObjectSchema,
  hasTooManyResults,
  isStrictWithoutSupport,
  lacksToolConfig,
  leavesToolUseOpen,
  usesToolsWithoutSupport,
} from './rules/tools.ts'

/** One reason for which AWS refuses a Converse call. */
interface RefusalRule {
  readonly rule: string
  readonly status: number
  readonly name: string
  readonly origin: FaultOrigin
  /** AWS's text when the call breaks the rule. */
  find(call: ConverseCall): string | undefined
}

/** Every reason, in the order in which they are looked at; the first that applies is the answer. */
export const REFUSALS: readonly RefusalRule[] = [
  // What cannot be read.
  malformed('malformed-json', isMalformed),
  malformed('wrong-type', hasWrongType),
  invalid('unknown-member', hasUnknownMember),
  invalid('union-member', hasWrongUnion),
  invalid('constraint', constraintsFail),

  // Which model.
  invalid('unknown-model', isUnknownModel),
  { rule: 'ended-model', status: 404, name: 'ResourceNotFoundException', origin: 'service', find: isEndedModel },
  invalid('prompt-override', overridesPrompt),

  // The conversation.
  invalid('system-role', usesSystemRoleWithoutSupport),
  invalid('starts-with-user', startsWithoutUser),
  invalid('empty-message', isEmptyMessage),
  invalid('alternates', repeatsRole),
  invalid('blank-text', hasBlankText),
  invalid('blank-system-text', hasBlankSystemText),
  invalid('ends-with-user', endsWithAssistant),
  invalid('prefill-unsupported', prefillsUnsupportedModel),
  invalid('prefill-trailing-space', prefillEndsWithSpace),
  invalid('image-in-assistant', assistantSends('image')),
  invalid('document-in-assistant', assistantSends('document')),
  invalid('tool-result-in-assistant', assistantSends('toolResult')),
  invalid('tool-use-in-user', userCallsTool),

  // Tools.
  invalid('tools-unsupported', usesToolsWithoutSupport),
  invalid('tool-config-missing', lacksToolConfig),
  invalid('tool-results-missing', leavesToolUseOpen),
  invalid('tool-results-exceed', hasTooManyResults),
  invalid('tool-error-empty', hasEmptyError),
  invalid('tool-defined-twice', definesToolTwice),
  invalid('json-not-object', hasNoObject),
  invalid('tool-schema-type', hasNoObjectSchema),
  invalid('tool-choice-unknown', choosesUnknownTool),
  invalid('tool-choice-unsupported', choosesWithoutSupport),
  invalid('tool-strict-unsupported', isStrictWithoutSupport),

  // Images and documents.
  invalid('images-unsupported', lacksSupportFor('image')),
  invalid('documents-unsupported', lacksSupportFor('document')),
  invalid('image-count', hasTooManyImages),
  invalid('document-count', hasTooManyDocuments),
  invalid('image-bytes', hasLargeImage),
  invalid('document-bytes', hasLargeDocument),
  invalid('image-format', hasOtherImageFormat),
  invalid('image-dimensions', hasWideImage),
  invalid('document-needs-text', hasDocumentWithoutText),
  invalid('document-name', hasBadDocumentName),
  invalid('document-name-repeated', repeatsDocumentName),

  // What a model lacks or limits.
  invalid('system-unsupported', usesSystemWithoutSupport),
  invalid('temperature-fixed', setsFixedTemperature),
  invalid('temperature-or-top-p', setsTemperatureAndTopP),
  invalid('max-tokens', asksTooManyTokens),
  invalid('stop-sequences', hasTooManyStops),
  invalid('too-long', isTooLong),
  {
    rule: 'cache-unsupported',
    status: 403,
    name: 'AccessDeniedException',
    origin: 'service',
    find: cachesWithoutSupport,
  },
  invalid('cache-points', hasTooManyCachePoints),
  invalid('cache-ttl-order', lengthensCacheTtl),
  invalid('output-schema-unsupported', wantsSchemaWithoutSupport),
  invalid('output-schema-broken', hasBrokenOutputSchema),
  invalid('thinking-budget', thinksWithoutRoom),
  invalid('thinking-forced-tool', thinksWhileForced),
  invalid('thinking-temperature', thinksWithTemperature),
]

function invalid(rule: string, find: RefusalRule['find']): RefusalRule {
  return { rule, status: 400, name: 'ValidationException', origin: 'service', find }
}

function malformed(rule: string, find: RefusalRule['find']): RefusalRule {
  return { rule, status: 400, name: 'SerializationException', origin: 'coral', find }
}
