import { auto, type BaseRow, globalAndUs, Ki, k, M, notText, onMantle, openSeeing, text, us, usAndEu } from './row.ts'

/** AI21, Cohere, Luma, Stability AI, TwelveLabs, Writer, xAI. */
const command = { lifecycle: 'ended', facts: auto } as const
const palmyra = { profiles: us, facts: { ...auto, streaming: 'without-tools' } } as const

/** Stability's image services: each changes an image that it is given. */
const services = [
  'stable-conservative-upscale',
  'stable-creative-upscale',
  'stable-fast-upscale',
  'stable-image-control-sketch',
  'stable-image-control-structure',
  'stable-image-erase-object',
  'stable-image-inpaint',
  'stable-image-remove-background',
  'stable-image-search-recolor',
  'stable-image-search-replace',
  'stable-image-style-guide',
  'stable-outpaint',
  'stable-style-transfer',
]

export const further: readonly BaseRow[] = [
  text('ai21.jamba-1-5-large-v1:0', ['tools'], 256 * k, 4 * Ki, { lifecycle: 'legacy', facts: auto }),
  text('ai21.jamba-1-5-mini-v1:0', ['tools'], 256 * k, 4 * Ki, { lifecycle: 'legacy', facts: auto }),
  text('ai21.jamba-instruct-v1:0', [], undefined, undefined, { lifecycle: 'ended' }),

  text('cohere.command-r-plus-v1:0', ['tools', 'documents'], 128 * k, 4 * Ki, command),
  text('cohere.command-r-v1:0', ['tools', 'documents'], 128 * k, 4 * Ki, command),
  notText('embeddings', 'cohere.embed-v4:0', ['vision'], {
    profiles: ['global', ...usAndEu],
    onDemand: true,
    contextTokens: 128 * k,
  }),
  notText('embeddings', 'cohere.embed-english-v3', []),
  notText('embeddings', 'cohere.embed-multilingual-v3', []),
  notText('rerank', 'cohere.rerank-v3-5:0', []),

  text('writer.palmyra-x5-v1:0', ['tools'], 1 * M, 8 * Ki, palmyra),
  text('writer.palmyra-x4-v1:0', ['tools'], 128 * k, 8 * Ki, palmyra),
  text('writer.palmyra-vision-7b', ['vision', 'video', 'json_schema'], 4 * k, 4 * k, {
    apis: ['converse', 'invoke', 'openai-chat'],
    facts: { prefill: 'refused', system: 'first-message' },
  }),

  text('xai.grok-4.6', [...openSeeing, 'reasoning'], 500 * k, 500 * k, {
    apis: ['converse', 'invoke', 'openai-chat', 'openai-responses'],
    profiles: globalAndUs,
    facts: auto,
  }),
  onMantle('xai.grok-4.3', [...openSeeing, 'reasoning'], 1 * M, 128 * Ki),

  /** It speaks of a video. */
  text('twelvelabs.pegasus-1-2-v1:0', ['video'], undefined, undefined, {
    apis: ['invoke'],
    profiles: ['global', 'us', 'eu', 'apac'],
    onDemand: true,
  }),
  notText('embeddings', 'twelvelabs.marengo-embed-3-0-v1:0', ['vision', 'video', 'audio'], {
    profiles: usAndEu,
    onDemand: true,
  }),
  notText('embeddings', 'twelvelabs.marengo-embed-2-7-v1:0', ['vision', 'video', 'audio'], {
    lifecycle: 'legacy',
    profiles: ['us', 'eu', 'apac'],
  }),

  notText('images', 'stability.stable-image-ultra-v1:1', []),
  notText('images', 'stability.stable-image-core-v1:1', []),
  notText('images', 'stability.sd3-5-large-v1:0', ['vision']),
  ...services.map((name) => notText('images', `stability.${name}-v1:0`, ['vision'], { profiles: us })),
  /** Only as a job that writes to S3. */
  notText('video', 'luma.ray-v2:0', [], { apis: [] }),
]
