import type { Model, ReasoningEffort } from '@moho/core'
import { type BaseRow, baseRows } from './catalogue.ts'
import { geographyOf } from './geographies.ts'
import type { InvokeFormat } from './invoke/format.ts'

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
  /** 'none': it answers in one piece alone. 'without-tools': it streams, but not where it may call tools. */
  readonly streaming?: 'none' | 'without-tools'
  /** What its body is by InvokeModel. Without it only Converse can be called. */
  readonly invokeFormat?: InvokeFormat
  /** An application inference profile, of which AWS can be asked what is behind it. */
  readonly applicationProfile?: true
  /** The model behind an id that does not tell, by its own id or that of its profile. */
  readonly base?: string
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

/** Why a model of another kind has no chat. */
const makes = {
  embeddings: 'It makes embeddings.',
  images: 'It makes images.',
  rerank: 'It ranks documents.',
  video: 'It makes video.',
  speech: 'It is for speech.',
} as const

/** The catalogue: a row for each id that can be called, inference profiles among them. */
export const models: readonly Model<BedrockFacts>[] = baseRows
  .filter(({ apis, lifecycle }) => apis.length > 0 && lifecycle !== 'ended')
  .flatMap((base) => callableIds(base).map((id) => ({ id, ...rest(base) })))

/** The inference profiles of a model, by any of its ids. */
export function profileIds(id: string): readonly string[] {
  const base = findBase(id)
  return base === undefined ? [] : profilesOf(base)
}

/** What is known of a model by any of its ids; of one that is not listed only that it is for Converse. */
export function factsOf(id: string): Omit<Model<BedrockFacts>, 'id'> {
  const base = findBase(id)
  return base === undefined ? unknown : rest(base)
}

const unknown: Omit<Model<BedrockFacts>, 'id'> = { paths: { chat: ['converse'] } }

/** The row of a model by any of its ids. Takes any geography before the vendor, and a context size such as `:200k` after the version. */
export function findBase(id: string): BaseRow | undefined {
  for (const name of [id, geographyOf(id)?.rest ?? id]) {
    const found = byId.get(name) ?? byId.get(name.replace(/:[a-z0-9]+$/, '')) ?? byId.get(`${name}:0`)
    if (found !== undefined) return found
  }
  return undefined
}

const byId: ReadonlyMap<string, BaseRow> = new Map(baseRows.map((base) => [base.id, base]))

function callableIds(base: BaseRow): readonly string[] {
  return base.onDemand || base.onDemandIn !== undefined ? [base.id, ...profilesOf(base)] : profilesOf(base)
}

function profilesOf(base: BaseRow): readonly string[] {
  return base.profiles.map((geography) => `${geography}.${base.id}`)
}

function rest(base: BaseRow): Omit<Model<BedrockFacts>, 'id'> {
  const { features, contextTokens, outputTokens, facts } = base
  const chat = chatPaths(base)
  return {
    ...(chat.length > 0 ? { paths: { chat } } : { paths: {}, unserved: unserved(base) }),
    features,
    limits: { contextTokens, outputTokens },
    data: facts,
  }
}

function chatPaths({ kind, apis, facts }: BaseRow): readonly string[] {
  if (kind !== 'text') return []
  return [
    ...(apis.includes('converse') ? ['converse'] : []),
    ...(apis.includes('openai-chat') ? ['openai'] : []),
    ...(apis.includes('invoke') && facts.invokeFormat !== undefined ? ['invoke'] : []),
  ]
}

function unserved({ kind, apis }: BaseRow): string {
  if (kind !== 'text') return makes[kind]
  return apis.length === 0
    ? 'AWS has it on Bedrock Mantle alone, and not on Bedrock Runtime.'
    : 'AWS serves it by no API that Moho calls for chats.'
}
