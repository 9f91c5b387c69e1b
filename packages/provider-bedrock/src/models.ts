import type { Model, ReasoningEffort } from '@moho/core'
import { type BaseRow, baseRows } from './catalogue.ts'

/** What Converse minds about a model. A fact that is left out is unknown: what the caller said is sent, and Bedrock judges. */
export interface BedrockFacts {
  /** 'first-message': it refuses system prompts, so they go before the first user message. */
  readonly system?: 'first-message'
  /** 'one': temperature or top_p, not both. 'fixed': neither. */
  readonly sampling?: 'one' | 'fixed'
  /** 'auto': it refuses to be told to use a tool. 'any': it can be told to use one, but not which. */
  readonly toolChoice?: 'auto' | 'any'
  /** 'anthropic': it takes `disable_parallel_tool_use` in Anthropic's `tool_choice`. */
  readonly serialTools?: 'anthropic'
  /** 'nine': it takes tool use ids of exactly nine letters and digits. */
  readonly toolUseIds?: 'nine'
  /** 'refused': a conversation must end with the user. */
  readonly prefill?: 'refused'
  /** 'visible': it refuses stop sequences of white space alone. */
  readonly stopText?: 'visible'
  /** How the depth of its reasoning is set. */
  readonly reasoning?: ReasoningDial
  /** What it takes back of the reasoning of earlier turns: 'signed' what it sealed itself, 'open' any. A known model without this takes none. */
  readonly reasoningHistory?: 'signed' | 'open'
  /** What it keeps of a prompt. A known model without this keeps nothing on request. */
  readonly cache?: CacheFacts
  /** 'tool': it answers by a schema only as the input of a tool, whatever its features say. */
  readonly structuredOutput?: 'tool'
  /** 'kept': it reads references inside the schemas of tools. Otherwise they are written out. */
  readonly schemaReferences?: 'kept'
  /** Where its API has the number of tokens that are chosen from. */
  readonly topK?: 'top_k' | 'inferenceConfig.topK'
  /** It reads files from S3. A known model without this does not. */
  readonly s3?: true
  /** A prompt of Bedrock's prompt management brings its own system prompt, tools and sampling. */
  readonly managedPrompt?: true
}

export type ReasoningDial =
  /** Claude to 4.5: a budget of tokens. */
  | { readonly by: 'budget' }
  | AdaptiveThinking
  /** Nova 2: an effort, off by default. */
  | { readonly by: 'reasoningConfig'; readonly efforts: Efforts }
  /** gpt-oss: an effort, never off. */
  | { readonly by: 'reasoning_effort'; readonly efforts: Efforts }
  /** GPT: an effort, 'none' among them. */
  | { readonly by: 'reasoning.effort'; readonly efforts: Efforts }

/** Claude from 4.6: it decides itself how long to think. */
export interface AdaptiveThinking {
  readonly by: 'adaptive'
  readonly efforts: Efforts
  /** What it does unasked; 'always' cannot be turned off. */
  readonly unasked: 'off' | 'on' | 'always'
  /** It still takes a budget. */
  readonly budget?: true
  /** It keeps its thoughts to itself unless asked for a summary. */
  readonly silent?: true
}

/** From least to most. */
type Efforts = readonly ReasoningEffort[]

export interface CacheFacts {
  /** In tokens: what is shorter is not kept. */
  readonly minimum: number
  /** How many marks it takes. */
  readonly most: number
  /** It keeps for an hour too, and not only for five minutes. */
  readonly hour?: true
  /** 'outside-tools': it takes no marks among tools, nor in a turn with results of tools. */
  readonly places?: 'outside-tools'
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
