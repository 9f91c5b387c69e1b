import { attachmentExamples } from './examples/attachments.ts'
import { conversationExamples } from './examples/conversation.ts'
import { modelExamples } from './examples/model.ts'
import { shapeExamples } from './examples/shape.ts'
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
}

/** At least one example of each rule by which the simulator refuses; all are valid in us-east-1 but for that rule. */
export const CONVERSE_REFUSAL_EXAMPLES: readonly RefusalExample[] = [
  ...shapeExamples,
  ...conversationExamples,
  ...toolExamples,
  ...attachmentExamples,
  ...modelExamples,
]
