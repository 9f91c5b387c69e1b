import { type ListedModel, type Model, reasoningEfforts } from '@moho/core'
import { z } from 'zod'
import { invokeFormats } from './invoke/format.ts'
import type { BedrockFacts } from './models.ts'

const efforts = z.array(z.enum(reasoningEfforts)).min(1)
const count = z.number().int().min(0)

/** Takes back what the catalogue says: the model is as most are. */
const usual = 'usual'
const none = 'none'

/** What an entry may say of a model that it lists. Each goes over the catalogue's word, which is sometimes older than AWS's. */
export const modelSettings = z.object({
  base: z
    .string()
    .regex(/^[\w.:-]+$/, 'Write the id of a model of Bedrock, as in anthropic.claude-sonnet-4-5-20250929-v1:0.')
    .optional()
    .meta({
      title: 'Base model',
      help: 'The id of the model behind an application profile, a provisioned or a custom model.',
    }),
  format: z
    .enum(invokeFormats)
    .optional()
    .meta({ title: 'Body format', help: 'What InvokeModel takes for this model. For imported models.' }),
  cache: z
    .union([
      z.literal(none),
      z.object({
        minimum: count,
        most: count.default(4),
        hour: z.literal(true).optional(),
        places: z.literal('outside-tools').optional(),
      }),
    ])
    .optional()
    .meta({ title: 'Prompt cache', help: 'none, or the least number of tokens that it keeps.' }),
  structuredOutput: z
    .enum(['native', 'tool'])
    .optional()
    .meta({ title: 'JSON schema', help: 'native, or tool: an answer by a schema is the input of a tool.' }),
  reasoning: z
    .union([
      z.literal(none),
      z.discriminatedUnion('by', [
        z.object({ by: z.literal('budget') }),
        z.object({
          by: z.literal('adaptive'),
          efforts,
          unasked: z.enum(['off', 'on', 'always']),
          budget: z.literal(true).optional(),
          silent: z.literal(true).optional(),
        }),
        z.object({ by: z.enum(['reasoningConfig', 'reasoning_effort', 'reasoning.effort']), efforts }),
      ]),
    ])
    .optional()
    .meta({ title: 'Reasoning', help: 'none, or how the depth of its reasoning is set.' }),
  reasoningHistory: z
    .enum([none, 'signed', 'open'])
    .optional()
    .meta({ title: 'Reasoning taken back', help: 'What it takes back of the reasoning of earlier turns.' }),
  sampling: z
    .enum([usual, 'one', 'fixed'])
    .optional()
    .meta({ title: 'Sampling', help: 'one: temperature or top_p, not both. fixed: neither.' }),
  toolChoice: z
    .enum([usual, 'auto', 'any'])
    .optional()
    .meta({ title: 'Tool choice', help: 'auto: it cannot be told to use a tool. any: not which one.' }),
  system: z
    .enum([usual, 'first-message'])
    .optional()
    .meta({ title: 'System prompt', help: 'first-message: it has none, so it goes before the first user message.' }),
  prefill: z
    .enum([usual, 'refused'])
    .optional()
    .meta({ title: 'Prefill', help: 'refused: a conversation must end with the user.' }),
  streaming: z.enum([usual, none, 'without-tools']).optional().meta({
    title: 'Streaming',
    help: 'none: it answers in one piece alone. without-tools: likewise where it has tools.',
  }),
})

type Settings = z.output<typeof modelSettings>

/** The row with what the entry says of it. */
export function withSettings(row: Model<BedrockFacts>, said: ListedModel): Model<BedrockFacts> {
  const { structuredOutput, ...settings } = said as ListedModel & Settings
  const { features } = row
  const data = { ...row.data } as Record<string, unknown>
  for (const name of plain) {
    const value = settings[name]
    if (value === usual || value === none) delete data[name]
    else if (value !== undefined) data[name] = value
  }
  // Here `none` is a fact of its own, and not the lack of one.
  if (settings.streaming === none) data.streaming = none
  if (settings.format !== undefined) data.invokeFormat = settings.format
  if (structuredOutput === 'tool') data.structuredOutput = structuredOutput
  if (structuredOutput === 'native') delete data.structuredOutput
  const schemas = structuredOutput === 'native' && features !== undefined && !features.includes('json_schema')
  return {
    ...row,
    ...(Object.keys(data).length > 0 && { data: data as BedrockFacts }),
    ...(schemas && { features: [...features, 'json_schema'] }),
  }
}

/** They stand in the facts as they stand here. */
const plain = [
  'cache',
  'reasoning',
  'reasoningHistory',
  'sampling',
  'toolChoice',
  'system',
  'prefill',
  'streaming',
] as const satisfies readonly (keyof Settings & keyof BedrockFacts)[]
