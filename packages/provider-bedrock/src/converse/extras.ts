import type { ChatRequest } from '@moho/core'
import { z } from 'zod'
import { type EntryRules, refusal, reportRest, type Translation } from './translation.ts'
import type { ConverseRequest, GuardrailConfiguration, JsonObject, ServiceTier } from './wire.ts'

/** The members of Converse's own that a chat may have, by the names that they have there. */

export function serviceTierOf(chat: ChatRequest, call: Translation): { type: ServiceTier } | undefined {
  const tier = chat.service_tier
  if (tier === undefined || tier === null || tier === 'auto') return undefined
  const type = tiers.find((known) => known === tier)
  if (type === undefined) call.dropped('service_tier', `Bedrock has ${tiers.join(', ')}`)
  return type && { type }
}

const tiers: readonly ServiceTier[] = ['default', 'flex', 'priority', 'reserved']

export function performanceOf(chat: ChatRequest, call: Translation): ConverseRequest['performanceConfig'] {
  const given = member(chat, 'performanceConfig', performance)
  if (given !== undefined) reportRest(given, knownOfPerformance, 'performanceConfig', call)
  return given && { latency: given.latency }
}

const performance = z.looseObject({ latency: z.enum(['standard', 'optimized']) })

export function guardrailOf(chat: ChatRequest, call: Translation): GuardrailConfiguration | undefined {
  const { streamProcessingMode, ...chosen } = chooseGuardrail(chat.guardrailConfig, call.rules ?? {}, call) ?? {}
  // Only streams have it.
  const mode = chat.stream && streamProcessingMode
  return 'guardrailIdentifier' in chosen ? { ...chosen, ...(mode && { streamProcessingMode: mode }) } : undefined
}

/** The entry's guardrail, else the caller's. */
export function chooseGuardrail(
  said: unknown,
  { guardrail: own }: EntryRules,
  call: Pick<Translation, 'dropped'>,
): GuardrailConfiguration | undefined {
  const given = member({ guardrailConfig: said }, 'guardrailConfig', guardrail)
  if (own !== undefined) {
    if (given !== undefined) call.dropped('guardrailConfig', 'The entry has a guardrail of its own')
    return { guardrailIdentifier: own.id, guardrailVersion: own.version }
  }
  if (given === undefined) return undefined
  const { guardrailIdentifier, guardrailVersion, streamProcessingMode } = given
  reportRest(given, knownOfGuardrail, 'guardrailConfig', call)
  return { guardrailIdentifier, guardrailVersion, ...(streamProcessingMode && { streamProcessingMode }) }
}

const guardrail = z.looseObject({
  guardrailIdentifier: z
    .string()
    .regex(
      /^([a-z0-9]+|arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:\d{12}:guardrail\/[a-z0-9]+)$/,
      'must be a guardrail’s id or ARN',
    ),
  guardrailVersion: z.string().regex(/^([1-9]\d{0,7}|DRAFT)$/, 'must be a number or "DRAFT"'),
  streamProcessingMode: z.enum(['sync', 'async']).optional(),
})
const knownOfGuardrail = new Set(['guardrailIdentifier', 'guardrailVersion', 'streamProcessingMode'])

/** OpenAI's `metadata` and `user`, which AWS writes into its invocation logs. */
export function requestMetadata(chat: ChatRequest, call: Translation): Record<string, string> | undefined {
  if (!chat.metadata && !chat.user) return undefined
  const pairs = Object.entries(chat.metadata ?? {}).map(([key, value]) => ({ key, value, path: `metadata.${key}` }))
  if (chat.user) {
    const told = chat.metadata?.user
    if (told === undefined) pairs.push({ key: 'user', value: chat.user, path: 'user' })
    else if (told !== chat.user) call.dropped('user', '`metadata.user` says who it is')
  }
  const taken: [string, string][] = []
  for (const { key, value, path } of pairs) {
    if (taken.length === maxPairs) call.dropped(path, `Bedrock takes ${maxPairs} pairs`)
    else if (key === '__proto__' || !fits.test(key) || !(value === '' || fits.test(value)))
      call.dropped(path, 'Bedrock takes up to 256 letters, digits, spaces and any of :_@$#=/+,-. in it')
    else taken.push([key, value])
  }
  return taken.length === 0 ? undefined : Object.fromEntries(taken)
}

const maxPairs = 16
/** White space as Java's patterns have it, which is none beyond ASCII. */
const fits = /^[a-zA-Z0-9 \t\n\v\f\r:_@$#=/+,.-]{1,256}$/

/** Members of the model's own API. */
export const modelFields = (chat: ChatRequest): JsonObject | undefined =>
  member(chat, 'additionalModelRequestFields', anyObject)

const anyObject = z.record(z.string(), z.unknown())
const knownOfPerformance = new Set(['latency'])

function member<T>(chat: Readonly<Record<string, unknown>>, name: string, schema: z.ZodType<T>): T | undefined {
  const value: unknown = chat[name]
  if (value === undefined || value === null) return undefined
  const read = schema.safeParse(value)
  if (read.success) return read.data
  const [issue] = read.error.issues
  const path = [name, ...(issue?.path ?? [])].map(String).join('.')
  throw refusal('invalid_request', path, issue?.message.replace(/Invalid input: /g, '') ?? 'is not valid')
}
