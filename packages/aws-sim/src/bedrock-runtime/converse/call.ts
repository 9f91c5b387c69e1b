import type { SimulatedModel } from '../../models.ts'
import { decodeSegment } from '../../request.ts'
import { type ModelResolution, resolveModel } from '../../resolve-model.ts'
import type { Exchange } from '../../service.ts'
import type { ContentBlock, ConverseRequest, converseRequestSchema, Message } from './request-schema.ts'
import { dropNulls, NO_SHAPE_FAULTS, type ShapeFaults, toShapeFaults } from './shape-faults.ts'

/** A Converse call read as far as it can be read; the rules judge it. */
export interface ConverseCall {
  readonly modelId: string
  readonly resolution: ModelResolution
  readonly model: SimulatedModel | undefined
  /** The body is no JSON at all. */
  readonly isMalformed: boolean
  readonly shape: ShapeFaults
  /** Empty when the shape is at fault. */
  readonly body: ConverseRequest
}

/** What a call's body must look like: the schema of Converse or of ConverseStream. */
export type RequestSchema = Pick<typeof converseRequestSchema, 'safeParse'>

export function readCall(exchange: Exchange, text: string, schema: RequestSchema): ConverseCall {
  const modelId = decodeSegment(exchange.parameters.modelId ?? '')
  const resolution = resolveModel(modelId, exchange.principal.region, exchange.world.resolve)
  return {
    modelId,
    resolution,
    model: 'model' in resolution ? resolution.model : undefined,
    ...readBody(text, schema),
  }
}

/** A block of the conversation with its place, such as `messages.2.content.0`. */
interface PlacedBlock {
  readonly block: ContentBlock
  readonly message: Message
  readonly messageIndex: number
  readonly place: string
}

export function placedBlocks(body: ConverseRequest): PlacedBlock[] {
  return (body.messages ?? []).flatMap((message, messageIndex) =>
    message.content.map((block, index) => ({
      block,
      message,
      messageIndex,
      place: `messages.${messageIndex}.content.${index}`,
    })),
  )
}

/** The text with which the service passes on what the model's own interface refused. */
export function modelError(text: string): string {
  return `The model returned the following errors: ${text}`
}

function readBody(text: string, schema: RequestSchema): Pick<ConverseCall, 'isMalformed' | 'shape' | 'body'> {
  let json: unknown
  try {
    json = dropNulls(text === '' ? {} : JSON.parse(text))
  } catch {
    return { isMalformed: true, shape: NO_SHAPE_FAULTS, body: {} }
  }
  const parsed = schema.safeParse(json)
  if (parsed.success) return { isMalformed: false, shape: NO_SHAPE_FAULTS, body: parsed.data }
  return { isMalformed: false, shape: toShapeFaults(parsed.error.issues, json), body: {} }
}
