import { attachmentExamples } from './examples/attachments.ts'
import { cachingExamples } from './examples/caching.ts'
import { conversationExamples } from './examples/conversation.ts'
import { fieldExamples } from './examples/fields.ts'
import { modelExamples } from './examples/model.ts'
import { reasoningExamples } from './examples/reasoning.ts'
import { schemaExamples } from './examples/schemas.ts'
import { shapeExamples } from './examples/shape.ts'
import { thinkingExamples } from './examples/thinking.ts'
import { toolExamples } from './examples/tools.ts'

/** A Converse request that AWS refuses, and how. */
export interface RefusalExample {
  /** The name of the rule that it breaks; the first that it breaks. */
  readonly rule: string
  readonly request: {
    readonly modelId: string
    /** The body; a string is sent as it is, anything else as JSON. */
    readonly body: unknown
  }
  readonly status: number
  /** The error's name, as in `x-amzn-errortype`. */
  readonly name: string
  /** The whole text. */
  readonly message: string
  /** A request like it that AWS takes: the same but for these members. */
  readonly taken?: { readonly modelId?: string; readonly body?: unknown }
}

/** At least one example of each rule by which the simulator refuses; all are valid in us-east-1 but for that rule. */
export const CONVERSE_REFUSAL_EXAMPLES: readonly RefusalExample[] = [
  ...shapeExamples,
  ...conversationExamples,
  ...toolExamples,
  ...attachmentExamples,
  ...modelExamples,
  ...cachingExamples,
  ...schemaExamples,
  ...fieldExamples,
  ...thinkingExamples,
  ...reasoningExamples,
]
