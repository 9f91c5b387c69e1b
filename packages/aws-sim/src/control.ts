import { z } from 'zod'
import { type Answer, jsonAnswer } from './answer.ts'
import { type CallLog, parseJson } from './calls.ts'
import { isFromLoopback, type ReceivedRequest } from './request.ts'
import { type Script, scriptedAnswerSchema } from './script.ts'

export const CONTROL_PREFIX = '/_sim/'

/** The simulator's own HTTP interface: queue answers, read calls, start over. Only for this machine. */
export function answerControl(
  request: ReceivedRequest,
  simulator: { readonly script: Script; readonly log: CallLog; reset(): void },
): Answer {
  if (!isFromLoopback(request)) return jsonAnswer(403, { error: 'The control interface is for loopback only.' })
  switch (`${request.method} ${request.rawPath}`) {
    case 'GET /_sim/calls':
      return jsonAnswer(200, { calls: simulator.log.calls })
    case 'POST /_sim/reset':
      simulator.reset()
      return jsonAnswer(200, { ok: true })
    case 'POST /_sim/script': {
      const parsed = scriptBody.safeParse(parseJson(request.body.toString()))
      if (!parsed.success) return jsonAnswer(400, { error: z.prettifyError(parsed.error) })
      simulator.script.push(...parsed.data.answers)
      return jsonAnswer(200, { pending: simulator.script.pending })
    }
    default:
      return jsonAnswer(404, { error: 'Known: POST /_sim/script, GET /_sim/calls, POST /_sim/reset.' })
  }
}

const scriptBody = z.strictObject({ answers: z.array(scriptedAnswerSchema).min(1) })
