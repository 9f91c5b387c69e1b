import { decodeSegment, header } from '../../request.ts'
import { resolveModel } from '../../resolve-model.ts'
import type { Exchange } from '../../service.ts'
import type { ConverseCall } from '../converse/call.ts'
import { NO_SHAPE_FAULTS } from '../converse/shape-faults.ts'
import type { BodyFormat } from './body-format.ts'
import { formatOf } from './formats.ts'

/** A call of InvokeModel read as far as it can be read, its body told as one of Converse; the rules judge it. */
export interface InvokeCall extends ConverseCall {
  readonly isStreamed: boolean
  /** The media type, without parameters. */
  readonly contentType: string | undefined
  /** Undefined: the model is unknown, or the simulator has no format for it. */
  readonly format: BodyFormat | undefined
  /** What the format says is wrong with the body. */
  readonly refused: string | undefined
  readonly choices: number
}

export function readCall(exchange: Exchange, isStreamed: boolean): InvokeCall {
  const { parameters, principal, request, world } = exchange
  const modelId = decodeSegment(parameters.modelId ?? '')
  const resolution = resolveModel(modelId, principal.region, world.resolve)
  const model = 'model' in resolution ? resolution.model : undefined
  const format = 'model' in resolution ? formatOf(resolution.model, resolution.format) : undefined
  const json = readJson(request.body)
  const read = model && json !== undefined ? format?.read(json, model) : undefined
  return {
    modelId,
    resolution,
    model,
    isMalformed: json === undefined,
    shape: NO_SHAPE_FAULTS,
    body: read && 'conversation' in read ? read.conversation : {},
    isStreamed,
    contentType: header(request, 'content-type')?.split(';')[0]?.trim().toLowerCase(),
    format,
    refused: read && 'refused' in read ? read.refused : undefined,
    choices: read && 'choices' in read ? read.choices : 1,
  }
}

function readJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}
