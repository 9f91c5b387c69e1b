import type { BedrockFacts } from '../models.ts'
import { type BaseRow, k, M, notText, others, text, us } from './row.ts'

/** Nova and Titan. */
const seeing = ['tools', 'vision', 'documents', 'video', 'prompt_cache'] as const
const nova: BedrockFacts = {
  ...others,
  cache: { minimum: 1000, most: 4, places: 'outside-tools' },
  topK: 'inferenceConfig.topK',
  s3: true,
}
const nova2: BedrockFacts = {
  ...nova,
  reasoning: { by: 'reasoningConfig', efforts: ['low', 'medium', 'high'] },
  reasoningHistory: 'open',
}
const older = { profiles: ['us', 'eu', 'apac'], onDemand: true, facts: nova } as const

export const amazon: readonly BaseRow[] = [
  text('amazon.nova-2-lite-v1:0', [...seeing, 'reasoning'], 1 * M, 65_535, {
    profiles: ['global', 'us', 'eu', 'jp'],
    facts: nova2,
  }),
  text('amazon.nova-premier-v1:0', seeing, 1 * M, undefined, { lifecycle: 'legacy', profiles: us, facts: nova }),
  text('amazon.nova-pro-v1:0', seeing, 300 * k, 10 * k, older),
  text('amazon.nova-lite-v1:0', seeing, 300 * k, 10 * k, { ...older, profiles: [...older.profiles, 'ca'] }),
  text('amazon.nova-micro-v1:0', ['tools', 'prompt_cache'], 128 * k, 10 * k, older),

  notText('embeddings', 'amazon.nova-2-multimodal-embeddings-v1:0', ['vision', 'video', 'audio']),
  notText('embeddings', 'amazon.titan-embed-text-v2:0', []),
  notText('embeddings', 'amazon.titan-embed-text-v1', []),
  notText('embeddings', 'amazon.titan-embed-g1-text-02', []),
  notText('embeddings', 'amazon.titan-embed-image-v1', ['vision']),
  notText('rerank', 'amazon.rerank-v1:0', []),
  notText('images', 'amazon.nova-canvas-v1:0', ['vision'], { lifecycle: 'ended' }),
  notText('images', 'amazon.titan-image-generator-v2:0', ['vision'], { lifecycle: 'ended' }),
  notText('images', 'amazon.titan-image-generator-v1', ['vision'], { lifecycle: 'ended' }),
  /** Only as a job that writes to S3. */
  notText('video', 'amazon.nova-reel-v1:1', ['vision'], { lifecycle: 'ended', apis: [] }),
  notText('video', 'amazon.nova-reel-v1:0', ['vision'], { lifecycle: 'ended', apis: [] }),
  /** Only over a stream that goes both ways. */
  notText('speech', 'amazon.nova-2-sonic-v1:0', ['audio'], { apis: [] }),
  notText('speech', 'amazon.nova-sonic-v1:0', ['audio'], { lifecycle: 'ended', apis: [] }),
]
