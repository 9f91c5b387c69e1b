import { ChatRequest, EmbeddingsRequest, ImagesRequest, type OperationName, ResponsesRequest } from '@moho/core'
import type { z } from 'zod'

/** A surface that calls a model: its path, the operation that serves it, and what a body of it is. */
export interface ModelSurface {
  readonly path: string
  readonly operation: OperationName
  readonly body: z.ZodType
}

export const modelSurfaces: readonly ModelSurface[] = [
  { path: '/chat/completions', operation: 'chat', body: ChatRequest },
  { path: '/responses', operation: 'responses', body: ResponsesRequest },
  { path: '/embeddings', operation: 'embeddings', body: EmbeddingsRequest },
  { path: '/images/generations', operation: 'images', body: ImagesRequest },
]

const served = [
  ...modelSurfaces.map(({ path }) => `POST /v1${path}`),
  'GET /v1/models',
  'GET /v1/models/{id}',
  'GET /health',
  'GET /ready',
]

/** What callers look for in vain, and what to use instead. */
const absent: readonly (readonly [prefix: string, api: string, instead: string])[] = [
  ['/audio', 'Audio', 'Send text to POST /v1/chat/completions.'],
  ['/moderations', 'Moderations', 'Ask a model of your choice by POST /v1/chat/completions.'],
  ['/fine_tuning', 'Fine-tuning', 'Train the model with its provider, then call it here by its id or ARN.'],
  ['/images/variations', 'Image variations', 'Describe the picture to POST /v1/images/generations.'],
  ['/realtime', 'Realtime', 'Use POST /v1/chat/completions.'],
  ['/completions', 'Legacy completions', 'Use POST /v1/chat/completions.'],
]

/** What to tell a caller who asked for something that is not served. */
export function notServed(method: string, path: string): string {
  const known = absent.find(([prefix]) => path === prefix || path.startsWith(`${prefix}/`))
  if (known !== undefined) return `Moho has no ${known[1]} API. ${known[2]}`
  return `Moho does not serve ${method} ${path.slice(0, 200)}. It serves ${served.join(', ')}.`
}
