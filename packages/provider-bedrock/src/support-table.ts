import type { BaseRow, BedrockApi } from './catalogue.ts'
import type { ReasoningDial } from './models.ts'

/** What Moho knows of a model, as it is shown: in the terminal, in the documentation, and as JSON. */
export interface Support {
  readonly model: string
  readonly kind: BaseRow['kind']
  /** Geographies, and first 'own id' where no profile is needed: everywhere, or in the regions that are named. */
  readonly profiles: readonly string[]
  readonly apis: readonly BedrockApi[]
  readonly input: readonly string[]
  /** 'named': it can be told which tool to use; 'any': to use one; 'auto': it decides itself; 'yes': Moho does not call it. */
  readonly tools: 'named' | 'any' | 'auto' | 'yes' | ''
  readonly streaming: 'yes' | 'without tools' | 'no' | ''
  readonly reasoning: string
  readonly jsonSchema: 'native' | 'tool' | 'auto' | 'prompt' | ''
  readonly promptCache: string
  readonly contextTokens: number | undefined
  readonly outputTokens: number | undefined
  readonly lifecycle: 'active' | 'legacy' | 'ended'
}

export function supportOf(row: BaseRow): Support {
  return {
    model: row.id,
    kind: row.kind,
    profiles: profilesOf(row),
    apis: row.apis,
    input: inputOf(row),
    tools: toolsOf(row),
    streaming: streamingOf(row),
    reasoning: reasoningOf(row),
    jsonSchema: schemaOf(row),
    promptCache: cacheOf(row),
    contextTokens: row.contextTokens,
    outputTokens: row.outputTokens,
    lifecycle: row.lifecycle ?? 'active',
  }
}

export interface Table {
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** Everything. */
export const supportTable = (rows: readonly BaseRow[]): Table =>
  tableOf(rows, {
    model: ({ model }) => model,
    kind: ({ kind }) => kind,
    profiles: ({ profiles }) => profiles.join(', '),
    APIs: ({ apis }) => apis.join(', ') || 'none',
    input: ({ input }) => input.join(', '),
    tools: ({ tools }) => tools,
    streaming: ({ streaming }) => streaming,
    reasoning: ({ reasoning }) => reasoning,
    'JSON schema': ({ jsonSchema }) => jsonSchema,
    'prompt cache': ({ promptCache }) => promptCache,
    context: ({ contextTokens }) => tokens(contextTokens),
    output: ({ outputTokens }) => tokens(outputTokens),
    lifecycle: ({ lifecycle }) => lifecycle,
  })

/** What a conversation has to know, of the models that can hold one. */
export const chatTable = (rows: readonly BaseRow[]): Table =>
  tableOf(
    rows.filter(({ kind, apis, lifecycle }) => kind === 'text' && apis.length > 0 && lifecycle !== 'ended'),
    {
      model: ({ model }) => `\`${model}\``,
      takes: ({ input, tools }) => [...input.slice(1), ...(tools === '' ? [] : ['tools'])].join(', '),
      reasoning: ({ reasoning }) => reasoning,
      'JSON schema': ({ jsonSchema }) => jsonSchema,
      'prompt cache': ({ promptCache }) => promptCache,
    },
  )

export function markdown({ head, rows }: Table): string {
  const pad = padded([head, ...rows])
  const line = (cells: readonly string[], fill = ' ') => `| ${pad(cells, fill).join(' | ')} |`
  return [
    line(head),
    line(
      head.map(() => ''),
      '-',
    ),
    ...rows.map((row) => line(row)),
  ].join('\n')
}

export function terminal({ head, rows }: Table): string {
  const pad = padded([head, ...rows])
  return [head, ...rows].map((cells) => pad(cells).join('  ').trimEnd()).join('\n')
}

function tableOf(rows: readonly BaseRow[], columns: Readonly<Record<string, (support: Support) => string>>): Table {
  return {
    head: Object.keys(columns),
    rows: rows.map((row) => Object.values(columns).map((cell) => cell(supportOf(row)))),
  }
}

function padded(lines: readonly (readonly string[])[]): (cells: readonly string[], fill?: string) => readonly string[] {
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0))) ?? []
  return (cells, fill = ' ') => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0, fill))
}

function profilesOf({ apis, onDemand, onDemandIn, profiles }: BaseRow): readonly string[] {
  const own = onDemand ? 'own id' : onDemandIn && `own id in ${onDemandIn.join(' and ')}`
  return own === undefined || apis.length === 0 ? profiles : [own, ...profiles]
}

function inputOf({ kind, features }: BaseRow): readonly string[] {
  const kinds = [
    ['vision', 'images'],
    ['documents', 'documents'],
    ['video', 'video'],
    ['audio', 'audio'],
  ] as const
  const further = kinds.flatMap(([feature, word]) => (features.includes(feature) ? [word] : []))
  return kind === 'speech' ? further : ['text', ...further]
}

function toolsOf({ apis, features, facts }: BaseRow): Support['tools'] {
  if (!features.includes('tools')) return ''
  return apis.length === 0 ? 'yes' : (facts.toolChoice ?? 'named')
}

const streams = { none: 'no', 'without-tools': 'without tools' } as const

function streamingOf({ kind, apis, facts }: BaseRow): Support['streaming'] {
  if (kind !== 'text' || apis.length === 0) return ''
  return facts.streaming === undefined ? 'yes' : streams[facts.streaming]
}

function reasoningOf({ features, facts }: BaseRow): string {
  const dial: ReasoningDial | undefined = facts.reasoning
  if (dial === undefined) return features.includes('reasoning') ? 'as it likes' : ''
  if (dial.by === 'budget') return 'budget'
  const efforts = dial.efforts.join(', ')
  if (dial.by !== 'adaptive') return efforts
  return { off: efforts, on: `${efforts}; on unasked`, always: `${efforts}; always on` }[dial.unasked]
}

function schemaOf({ kind, apis, features, facts }: BaseRow): Support['jsonSchema'] {
  if (kind !== 'text' || apis.length === 0) return ''
  if (features.includes('json_schema') && facts.structuredOutput !== 'tool') return 'native'
  if (!features.includes('tools')) return 'prompt'
  return facts.toolChoice === 'auto' ? 'auto' : 'tool'
}

function cacheOf({ facts: { cache } }: BaseRow): string {
  if (cache === undefined) return ''
  const places = cache.places === 'outside-tools' ? ', not among tools' : ''
  return `${cache.minimum} tokens, ${cache.hour ? '5m and 1h' : '5m'}${places}`
}

/** As they are written of models: `200k`, `1M`; exactly where they are not round. */
function tokens(count: number | undefined): string {
  if (count === undefined) return ''
  if (count % 1_000_000 === 0) return `${count / 1_000_000}M`
  return count % 1_000 === 0 ? `${count / 1_000}k` : String(count)
}
