/**
 * The verbs that a model's answer is made of. Each dialect has a writer; it keeps no arguments.
 * `block` numbers content blocks as the upstream does. Tools need it, for they may interleave; elsewhere order says enough.
 */
export interface TextWriter {
  /** Left out: the writer makes an id. */
  start(answer: { id: string; serviceTier?: string | undefined }): void
  text(delta: string, block?: number): void
  reasoning(delta: string, block?: number): void
  /** Seals the reasoning before it. */
  signature(value: string, block?: number): void
  /** Reasoning that only the model can read, whole. */
  redacted(data: string, block?: number): void
  toolCall(id: string, name: string, block: number): void
  toolInput(jsonDelta: string, block: number): void
  refusal(delta: string): void
  /** No more of it: a format that sends one block at a time may send the next. */
  close(block: number): void
  /** The total so far, in place of what was said before; the tier where the upstream tells it last. May follow `finish`. */
  usage(total: Usage, serviceTier?: string | undefined): void
  finish(reason: FinishReason, detail?: { stopSequence?: string | undefined; raw?: string | undefined }): void
}

/** The finest that any format tells apart. */
export type FinishReason =
  | 'stop'
  | 'stop_sequence'
  | 'length'
  | 'context_full'
  | 'tool_calls'
  | 'content_filter'
  | 'pause'

/** Disjoint token counts, but for `reasoning`, which is part of `output`. A count left out is unknown, not zero. */
export type Usage = { readonly [count in UsageCount]?: number | undefined }
export type UsageCount = 'input' | 'cacheRead' | 'cacheWrite5m' | 'cacheWrite1h' | 'output' | 'reasoning' | 'images'
export type UsageReading = { readonly state: 'measured'; readonly usage: Usage } | { readonly state: 'unmeasured' }
