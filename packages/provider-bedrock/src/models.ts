import type { Model } from '@moho/core'
import { type BaseRow, baseRows } from './catalogue.ts'

/** What Converse minds about a model. A fact that is left out is unknown: what the caller said is sent, and Bedrock judges. */
export interface BedrockFacts {
  /** 'first-message': it refuses system prompts, so they go before the first user message. */
  readonly system?: 'first-message'
  /** 'one': temperature or top_p, not both. 'fixed': neither. */
  readonly sampling?: 'one' | 'fixed'
  /** 'auto': it refuses to be told to use a tool. */
  readonly toolChoice?: 'auto'
  /** 'anthropic': it takes `disable_parallel_tool_use` in Anthropic's `tool_choice`. */
  readonly serialTools?: 'anthropic'
  /** 'nine': it takes tool use ids of exactly nine letters and digits. */
  readonly toolUseIds?: 'nine'
  /** 'refused': a conversation must end with the user. */
  readonly prefill?: 'refused'
  /** 'visible': it refuses stop sequences of white space alone. */
  readonly stopText?: 'visible'
  /** A prompt of Bedrock's prompt management brings its own system prompt, tools and sampling. */
  readonly managedPrompt?: true
}

/** The catalogue: a row for each id that can be called, inference profiles among them. */
export const models: readonly Model<BedrockFacts>[] = baseRows.flatMap((base) =>
  callableIds(base).map((id) => ({ id, paths: { chat: 'converse' }, ...rest(base) })),
)

/** The inference profiles of a model, by its base id. */
export function profileIds(baseId: string): readonly string[] {
  const base = baseOf(baseId)
  return base === undefined ? [] : profilesOf(base)
}

/** What is known of a model by any of its ids; nothing for one that is not listed. */
export function factsOf(id: string): Omit<Model<BedrockFacts>, 'id' | 'paths'> {
  const base = baseOf(id)
  return base === undefined ? {} : rest(base)
}

function callableIds(base: BaseRow): readonly string[] {
  return base.onDemand ? [base.id, ...profilesOf(base)] : profilesOf(base)
}

function profilesOf(base: BaseRow): readonly string[] {
  return base.profiles.map((geography) => `${geography}.${base.id}`)
}

function rest({ features, contextTokens, outputTokens, facts }: BaseRow): Omit<Model<BedrockFacts>, 'id' | 'paths'> {
  return { features, limits: { contextTokens, outputTokens }, data: facts }
}

/** Takes any geography before the vendor, as new ones are opened, and a context size such as `:200k` after the version. */
function baseOf(id: string): BaseRow | undefined {
  const bare = id.replace(/^[a-z]{2,6}(-[a-z]+)?\.(?=[a-z0-9-]+\.)/, '')
  for (const name of [id, bare]) {
    const found = byId.get(name) ?? byId.get(name.replace(/:[a-z0-9]+$/, '')) ?? byId.get(`${name}:0`)
    if (found !== undefined) return found
  }
  return undefined
}

const byId: ReadonlyMap<string, BaseRow> = new Map(baseRows.map((base) => [base.id, base]))
