import type { FaultOrigin } from '../../fault.ts'
import type { ConverseCall } from './call.ts'
import {
  hasBadDocumentName,
  hasDocumentWithoutText,
  hasLargeDocument,
  hasLargeImage,
  hasOtherDocumentFormat,
  hasOtherImageFormat,
  hasTooManyDocuments,
  hasTooManyImages,
  hasTooManyVideos,
  hasWideImage,
  lacksSupportFor,
  namesFileWithoutSupport,
  repeatsDocumentName,
} from './rules/attachments.ts'
import {
  cachesLongWithoutSupport,
  cachesNothing,
  cachesThought,
  cachesToolsWithoutSupport,
  cachesWithoutSupport,
  hasTooManyCachePoints,
  lengthensCacheTtl,
} from './rules/caching.ts'
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
  userSends,
} from './rules/conversation.ts'
import { addsUnknownField, limitsHighReasoning, misdialsNova, misdialsOpenAi } from './rules/fields.ts'
import {
  asksTooManyTokens,
  hasTooManyStops,
  isEndedModel,
  isTooLong,
  isUnknownModel,
  lacksConverse,
  overridesPrompt,
  setsFixedTemperature,
  setsTemperatureAndTopP,
  usesSystemRoleWithoutSupport,
  usesSystemWithoutSupport,
} from './rules/model.ts'
import {
  altersRedactedThought,
  altersThought,
  leavesThoughtUnsigned,
  reasonsAfterOthers,
  returnsReasoningWithoutSupport,
} from './rules/reasoning.ts'
import {
  combinesAtTheTop,
  hasBrokenOutputSchema,
  hasLongSchemaName,
  hasOtherToolUseId,
  hasUnsupportedOutputSchema,
  hasUnsupportedStrictSchema,
  isStrictWithoutSupport,
  refersInToolSchema,
  wantsSchemaWithoutSupport,
} from './rules/schemas.ts'
import { constraintsFail, hasUnknownMember, hasWrongType, hasWrongUnion, isMalformed } from './rules/shape.ts'
import {
  addsToOutputConfig,
  addsToThinking,
  asksUnknownEffort,
  asksUnknownThinking,
  forgetsThought,
  thinksWhileForced,
  thinksWithoutRoom,
  thinksWithPrefill,
  thinksWithTemperature,
  thinksWithTopK,
  thinksWithTopP,
} from './rules/thinking.ts'
import {
  choosesUnknownTool,
  choosesWithoutSupport,
  definesToolTwice,
  hasEmptyError,
  hasNoObject,
  hasNoObjectSchema,
  hasTooManyResults,
  lacksToolConfig,
  leavesToolUseOpen,
  usesToolsWithoutSupport,
} from './rules/tools.ts'

/** One reason for which AWS refuses a call. */
export interface RefusalRule<Call = ConverseCall> {
  readonly rule: string
  readonly status: number
  readonly name: string
  readonly origin: FaultOrigin
  /** AWS's text when the call breaks the rule. */
  find(call: Call): string | undefined
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
  ended('ended-model', isEndedModel),
  invalid('model-without-converse', lacksConverse),
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
  invalid('video-in-assistant', assistantSends('video')),
  invalid('audio-in-assistant', assistantSends('audio')),
  invalid('tool-result-in-assistant', assistantSends('toolResult')),
  invalid('tool-use-in-user', userSends('toolUse')),
  invalid('reasoning-in-user', userSends('reasoningContent')),

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
  invalid('tool-strict-schema', hasUnsupportedStrictSchema),
  invalid('tool-schema-combination', combinesAtTheTop),
  invalid('tool-schema-reference', refersInToolSchema),
  invalid('tool-use-id', hasOtherToolUseId),

  // Images, documents, videos and sound.
  invalid('images-unsupported', lacksSupportFor('image')),
  invalid('documents-unsupported', lacksSupportFor('document')),
  invalid('videos-unsupported', lacksSupportFor('video')),
  invalid('audio-unsupported', lacksSupportFor('audio')),
  invalid('s3-unsupported', namesFileWithoutSupport),
  invalid('video-count', hasTooManyVideos),
  invalid('image-count', hasTooManyImages),
  invalid('document-count', hasTooManyDocuments),
  invalid('image-bytes', hasLargeImage),
  invalid('document-bytes', hasLargeDocument),
  invalid('image-format', hasOtherImageFormat),
  invalid('image-dimensions', hasWideImage),
  invalid('document-format', hasOtherDocumentFormat),
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
  invalid('cache-tools-unsupported', cachesToolsWithoutSupport),
  invalid('cache-ttl-unsupported', cachesLongWithoutSupport),
  invalid('cache-nothing', cachesNothing),
  invalid('cache-thought', cachesThought),
  invalid('cache-points', hasTooManyCachePoints),
  invalid('cache-ttl-order', lengthensCacheTtl),
  invalid('output-schema-unsupported', wantsSchemaWithoutSupport),
  invalid('output-schema-broken', hasBrokenOutputSchema),
  invalid('output-schema-name', hasLongSchemaName),
  invalid('output-schema-subset', hasUnsupportedOutputSchema),

  // What goes to the model's own interface.
  invalid('field-unknown', addsUnknownField),
  invalid('nova-reasoning', misdialsNova),
  invalid('nova-reasoning-limits', limitsHighReasoning),
  invalid('openai-reasoning', misdialsOpenAi),

  // Thinking and thoughts.
  invalid('thinking-type', asksUnknownThinking),
  invalid('thinking-member', addsToThinking),
  invalid('thinking-budget', thinksWithoutRoom),
  invalid('output-config-member', addsToOutputConfig),
  invalid('effort', asksUnknownEffort),
  invalid('thinking-forced-tool', thinksWhileForced),
  invalid('thinking-temperature', thinksWithTemperature),
  invalid('thinking-top-p', thinksWithTopP),
  invalid('thinking-top-k', thinksWithTopK),
  invalid('thinking-prefill', thinksWithPrefill),
  invalid('thinking-forgotten', forgetsThought),
  invalid('reasoning-unsupported', returnsReasoningWithoutSupport),
  invalid('reasoning-place', reasonsAfterOthers),
  invalid('reasoning-unsigned', leavesThoughtUnsigned),
  invalid('reasoning-signature', altersThought),
  invalid('reasoning-redacted', altersRedactedThought),
]

export function invalid<Call>(rule: string, find: RefusalRule<Call>['find']): RefusalRule<Call> {
  return { rule, status: 400, name: 'ValidationException', origin: 'service', find }
}

export function ended<Call>(rule: string, find: RefusalRule<Call>['find']): RefusalRule<Call> {
  return { rule, status: 404, name: 'ResourceNotFoundException', origin: 'service', find }
}

function malformed(rule: string, find: RefusalRule['find']): RefusalRule {
  return { rule, status: 400, name: 'SerializationException', origin: 'coral', find }
}
