import { z } from 'zod'

/**
 * The request of Converse as the service model declares it: every member, union, enum, length and pattern. What the
 * schema finds is put in AWS's words by `shape-faults.ts`; rules that need more than one member are in `refusals.ts`.
 */

/** What a custom issue carries, so that its text can be made where the path is known. */
export type IssueParams =
  | { readonly kind: 'union'; readonly name: string; readonly members: readonly string[] }
  | { readonly kind: 'base64' }
  | { readonly kind: 'constraint'; readonly text: string }

function fail(context: z.core.$RefinementCtx, params: IssueParams): void {
  context.addIssue({ code: 'custom', params: { ...params } })
}

/** A union of the service model: an object with exactly one of these members. */
function union<Members extends z.core.$ZodLooseShape>(name: string, members: Members) {
  return z
    .strictObject(members)
    .partial()
    .superRefine((value, context) => {
      if (Object.keys(value).length !== 1) fail(context, { kind: 'union', name, members: Object.keys(members) })
    })
}

const document = z.unknown().superRefine((value, context) => {
  if (value === undefined) fail(context, { kind: 'constraint', text: 'Member must not be null' })
})

const blob = z
  .string()
  .min(1)
  .superRefine((value, context) => {
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(value) || value.length % 4 !== 0) fail(context, { kind: 'base64' })
  })

const pattern = (text: string): RegExp => new RegExp(`^(?:${text})$`)
const name = z.string().min(1).max(64).regex(pattern('[a-zA-Z0-9_-]+'))
const toolUseId = z.string().min(1).max(64).regex(pattern('[a-zA-Z0-9_.:-]+'))

const s3Location = z.strictObject({
  uri: z.string().min(1).max(1024).regex(pattern('s3://[a-z0-9][\\.\\-a-z0-9]{1,61}[a-z0-9](/.*)?')),
  bucketOwner: z.string().regex(pattern('[0-9]{12}')).optional(),
})

const bytesOrS3 = (unionName: string) => union(unionName, { bytes: blob, s3Location })
const errorBlock = z.strictObject({ message: z.string().optional() })
const citationsConfig = z.strictObject({ enabled: z.boolean() })

const cachePoint = z.strictObject({ type: z.enum(['default']), ttl: z.enum(['5m', '1h']).optional() })

const image = z.strictObject({
  format: z.enum(['png', 'jpeg', 'gif', 'webp']),
  source: bytesOrS3('ImageSource'),
  error: errorBlock.optional(),
})

const documentBlock = z.strictObject({
  format: z.enum(['pdf', 'csv', 'doc', 'docx', 'xls', 'xlsx', 'html', 'txt', 'md']).optional(),
  name: z.string().min(1).max(200),
  source: union('DocumentSource', {
    bytes: blob,
    s3Location,
    text: z.string(),
    content: z.array(union('DocumentContentBlock', { text: z.string() })),
  }),
  context: z.string().optional(),
  citations: citationsConfig.optional(),
})

const video = z.strictObject({
  format: z.enum(['mkv', 'mov', 'mp4', 'webm', 'flv', 'mpeg', 'mpg', 'wmv', 'three_gp']),
  source: bytesOrS3('VideoSource'),
})

const audio = z.strictObject({
  format: z.enum([
    'mp3',
    'opus',
    'wav',
    'aac',
    'flac',
    'mp4',
    'ogg',
    'mkv',
    'mka',
    'x-aac',
    'm4a',
    'mpeg',
    'mpga',
    'pcm',
    'webm',
  ]),
  source: bytesOrS3('AudioSource'),
  error: errorBlock.optional(),
})

const searchResult = z.strictObject({
  source: z.string(),
  title: z.string(),
  content: z.array(z.strictObject({ text: z.string() })),
  citations: citationsConfig.optional(),
})

const toolUse = z.strictObject({ toolUseId, name, input: document, type: z.enum(['server_tool_use']).optional() })

const toolResult = z.strictObject({
  toolUseId,
  content: z.array(
    union('ToolResultContentBlock', {
      json: document,
      text: z.string(),
      image,
      document: documentBlock,
      video,
      searchResult,
    }),
  ),
  status: z.enum(['success', 'error']).optional(),
  type: z.string().optional(),
})

const guardContent = union('GuardrailConverseContentBlock', {
  text: z.strictObject({
    text: z.string(),
    qualifiers: z.array(z.enum(['grounding_source', 'query', 'guard_content'])).optional(),
  }),
  image: z.strictObject({
    format: z.enum(['png', 'jpeg']),
    source: union('GuardrailConverseImageSource', { bytes: blob }),
  }),
})

const reasoningContent = union('ReasoningContentBlock', {
  reasoningText: z.strictObject({ text: z.string(), signature: z.string().optional() }),
  redactedContent: blob,
})

const range = z.strictObject({
  documentIndex: z.int().min(0).optional(),
  start: z.int().min(0).optional(),
  end: z.int().min(0).optional(),
})

const citationsContent = z.strictObject({
  content: z.array(union('CitationGeneratedContent', { text: z.string() })).optional(),
  citations: z
    .array(
      z.strictObject({
        title: z.string().optional(),
        source: z.string().optional(),
        sourceContent: z.array(union('CitationSourceContent', { text: z.string() })).optional(),
        location: union('CitationLocation', {
          web: z.strictObject({ url: z.string().optional(), domain: z.string().optional() }),
          documentChar: range,
          documentPage: range,
          documentChunk: range,
          searchResultLocation: range
            .omit({ documentIndex: true })
            .extend({ searchResultIndex: z.int().min(0).optional() }),
        }).optional(),
      }),
    )
    .optional(),
})

const toolReference = z.strictObject({
  type: z.string().min(1).max(64).optional(),
  name: z.string().min(1).max(128).optional(),
  serverName: z.string().min(1).max(128).optional(),
})
const toolChange = z.strictObject({ tool: toolReference })

const contentBlock = union('ContentBlock', {
  text: z.string(),
  image,
  toolUse,
  toolResult,
  document: documentBlock,
  video,
  audio,
  guardContent,
  cachePoint,
  reasoningContent,
  citationsContent,
  searchResult,
  toolAddition: toolChange,
  toolRemoval: toolChange,
})

const tool = union('Tool', {
  toolSpec: z.strictObject({
    name,
    description: z.string().min(1).optional(),
    inputSchema: union('ToolInputSchema', { json: document }),
    strict: z.boolean().optional(),
  }),
  systemTool: z.strictObject({ name }),
  cachePoint,
})

const toolChoice = union('ToolChoice', {
  auto: z.strictObject({}),
  any: z.strictObject({}),
  tool: z.strictObject({ name }),
})

const METADATA = '[a-zA-Z0-9\\s:_@$#=/+,-.]'
const requestMetadata = z.record(z.string(), z.string()).superRefine((pairs, context) => {
  const entries = Object.entries(pairs)
  if (entries.length < 1 || entries.length > 16) {
    const bound = entries.length < 1 ? 'greater than or equal to 1' : 'less than or equal to 16'
    fail(context, { kind: 'constraint', text: `Member must have length ${bound}` })
  }
  if (entries.some(([key]) => !pattern(`${METADATA}{1,256}`).test(key))) {
    fail(context, {
      kind: 'constraint',
      text: `Map keys must satisfy constraint: [Member must have length less than or equal to 256, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: ${METADATA}{1,256}]`,
    })
  }
  if (entries.some(([, value]) => !pattern(`${METADATA}{0,256}`).test(value))) {
    fail(context, {
      kind: 'constraint',
      text: `Map value must satisfy constraint: [Member must have length less than or equal to 256, Member must have length greater than or equal to 0, Member must satisfy regular expression pattern: ${METADATA}{0,256}]`,
    })
  }
})

const guardrailConfig = z.strictObject({
  guardrailIdentifier: z
    .string()
    .max(2048)
    .regex(pattern('(|([a-z0-9]+)|(arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:[0-9]{12}:guardrail/[a-z0-9]+))'))
    .optional(),
  guardrailVersion: z.string().regex(pattern('(|([1-9][0-9]{0,7})|(DRAFT))')).optional(),
  trace: z.enum(['enabled', 'disabled', 'enabled_full']).optional(),
})

export const converseRequestSchema = z.strictObject({
  messages: z
    .array(z.strictObject({ role: z.enum(['user', 'assistant', 'system']), content: z.array(contentBlock) }))
    .optional(),
  system: z.array(union('SystemContentBlock', { text: z.string().min(1), guardContent, cachePoint })).optional(),
  inferenceConfig: z
    .strictObject({
      maxTokens: z.int().min(1).optional(),
      temperature: z.number().min(0).max(1).optional(),
      topP: z.number().min(0).max(1).optional(),
      stopSequences: z.array(z.string().min(1)).max(2500).optional(),
    })
    .optional(),
  toolConfig: z.strictObject({ tools: z.array(tool).min(1), toolChoice: toolChoice.optional() }).optional(),
  guardrailConfig: guardrailConfig.optional(),
  additionalModelRequestFields: z.unknown().optional(),
  promptVariables: z.record(z.string(), union('PromptVariableValues', { text: z.string() })).optional(),
  additionalModelResponseFieldPaths: z.array(z.string().min(1).max(256)).max(10).optional(),
  requestMetadata: requestMetadata.optional(),
  performanceConfig: z.strictObject({ latency: z.enum(['standard', 'optimized']).optional() }).optional(),
  serviceTier: z.strictObject({ type: z.enum(['priority', 'default', 'flex', 'reserved']) }).optional(),
  outputConfig: z
    .strictObject({
      textFormat: z
        .strictObject({
          type: z.enum(['json_schema']),
          structure: union('OutputFormatStructure', {
            jsonSchema: z.strictObject({
              schema: z.string(),
              name: z.string().optional(),
              description: z.string().optional(),
            }),
          }),
        })
        .optional(),
      effort: z.string().max(16).optional(),
    })
    .optional(),
})

export const converseStreamRequestSchema = converseRequestSchema.extend({
  guardrailConfig: guardrailConfig.extend({ streamProcessingMode: z.enum(['sync', 'async']).optional() }).optional(),
})

export type ConverseRequest = z.output<typeof converseRequestSchema>
export type Message = NonNullable<ConverseRequest['messages']>[number]
export type ContentBlock = Message['content'][number]
export type ImageBlock = NonNullable<ContentBlock['image']>
export type DocumentBlock = NonNullable<ContentBlock['document']>
export type ToolChoice = NonNullable<NonNullable<ConverseRequest['toolConfig']>['toolChoice']>
export type ToolSpecification = NonNullable<NonNullable<ConverseRequest['toolConfig']>['tools'][number]['toolSpec']>
