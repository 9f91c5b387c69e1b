import { z } from 'zod'
import { type Answer, jsonAnswer } from './answer.ts'
import { type CallLog, parseJson } from './calls.ts'
import { hostsOf, isFromLoopback, type ReceivedRequest } from './request.ts'
import { type Script, scriptedAnswerSchema } from './script.ts'

export const CONTROL_PREFIX = '/_sim/'

/** The simulator's own HTTP interface: queue answers, read calls, start over. Only for this machine, and for no web page. */
export function answerControl(
  request: ReceivedRequest,
  simulator: { readonly script: Script; readonly log: CallLog; reset(): void },
): Answer {
  const stranger = strangerOf(request)
  if (stranger !== undefined) return jsonAnswer(403, { error: `The control interface ${stranger}` })
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

// A browser on this machine is a loopback peer as well. A page that it shows must not reach what follows, neither from
// its own origin nor by a name of its own that it lets lead here.
function strangerOf(request: ReceivedRequest): string | undefined {
  if (!isFromLoopback(request)) return 'is for loopback only.'
  if (request.headers.has('origin')) return 'is not for web pages: a call with an Origin header is refused.'
  const site = request.headers.get('sec-fetch-site') ?? []
  if (site.some((value) => value !== 'none' && value !== 'same-origin')) {
    return `is not for web pages: a call with Sec-Fetch-Site ${site.join()} is refused.`
  }
  const hosts = hostsOf(request)
  if (hosts.length > 0 && hosts.every((host) => LOOPBACK_HOST.test(host))) return undefined
  return `is reached as 127.0.0.1, localhost or [::1], not by another name: ${hosts.join() || '(no Host header)'}`
}

const LOOPBACK_HOST = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/i

const scriptBody = z.strictObject({ answers: z.array(scriptedAnswerSchema).min(1) })
