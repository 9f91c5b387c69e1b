import { type Answer, jsonAnswer } from './answer.ts'
import { authenticate } from './auth/authenticate.ts'
import { type AccessKey, DEMO_ACCESS_KEY, DEMO_API_KEY } from './auth/credentials.ts'
import { CallLog, type RecordedCall } from './calls.ts'
import { answerControl, CONTROL_PREFIX } from './control.ts'
import { faultAnswer, namedFault } from './fault.ts'
import { listen } from './http-server.ts'
import type { ReceivedRequest } from './request.ts'
import { Script, type ScriptedAnswer } from './script.ts'
import type { World } from './service.ts'
import { findOperation } from './services.ts'

export interface SimulatorOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number
  /** 127.0.0.1 when left out. */
  readonly host?: string
  /** Key pairs that may sign; a fixed demo pair when left out. */
  readonly accessKeys?: readonly AccessKey[]
  /** Bearer keys that are accepted; a fixed demo key when left out. */
  readonly apiKeys?: readonly string[]
  /** Regions that may be signed for; everything that is spelled like a region when left out. */
  readonly regions?: readonly string[]
  /** The region of calls with an API key whose address does not name one; us-east-1 when left out. */
  readonly region?: string
  /** Resource id in an ARN → model id. Others lead to Claude Sonnet 4.5. */
  readonly resources?: Readonly<Record<string, string>>
  /** How many calls are kept for `calls`; 1000 when left out. */
  readonly keepCalls?: number
  /** The simulator's clock, for signatures and cached prompts. */
  now?(): Date
}

export interface Simulator {
  /** Such as `http://127.0.0.1:4599`. */
  readonly url: string
  readonly port: number
  /** The first of the accepted key pairs. */
  readonly accessKey: AccessKey
  /** The first of the accepted API keys; empty when there is none. */
  readonly apiKey: string
  /** What was received, oldest first; control calls are left out. */
  readonly calls: readonly RecordedCall[]
  /** Queues answers to the next calls that are authentic and valid. */
  script(...answers: readonly ScriptedAnswer[]): void
  /** Forgets calls, queued answers and cached prompts. */
  reset(): void
  /** Stops listening and ends every open socket, those of hanging calls too. */
  close(): Promise<void>
}

/** What AWS reads of one request. */
const MAX_BODY_BYTES = 25_000_000

/** Starts an HTTP server that answers as AWS would. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const now = (): Date => options.now?.() ?? new Date()
  const accessKeys = options.accessKeys ?? [DEMO_ACCESS_KEY]
  const apiKeys = options.apiKeys ?? [DEMO_API_KEY]
  const log = new CallLog(options.keepCalls ?? 1000, now)
  const script = new Script()
  const world: World = { script, resolve: { resources: options.resources ?? {} }, promptCache: new Map(), now }
  const settings = {
    accessKeys: new Map(accessKeys.map((key) => [key.accessKeyId, key])),
    apiKeys,
    regions: options.regions,
    region: options.region ?? 'us-east-1',
    now,
  }
  const reset = (): void => {
    log.clear()
    script.clear()
    world.promptCache.clear()
  }

  const answerCall = (request: ReceivedRequest, tooLarge: boolean, call: RecordedCall): Answer => {
    if (tooLarge) return faultAnswer(BODY_TOO_LARGE)
    const found = findOperation(request)
    if (!found) return UNKNOWN_OPERATION
    call.operation = found.operation.name
    const principal = authenticate(request, found.service.signingName, settings)
    if ('status' in principal) return faultAnswer(principal)
    call.principal = principal
    return found.operation.answer({ request, parameters: found.parameters, principal, call, world })
  }

  const server = await listen(
    { port: options.port ?? 0, host: options.host ?? '127.0.0.1', maxBodyBytes: MAX_BODY_BYTES },
    {
      answer: (request, tooLarge) => {
        if (request.rawPath.startsWith(CONTROL_PREFIX)) {
          const answer = guarded(() => answerControl(request, { script, log, reset }))
          return { answer, left: () => undefined, sent: () => undefined }
        }
        const call = log.record(request)
        const answer = withRequestId(
          guarded(() => answerCall(request, tooLarge, call)),
          call.number,
        )
        const error = answer.headers['x-amzn-errortype']?.replace(/:.*$/, '')
        if (error !== undefined) call.error = error
        return {
          answer,
          sent: () => {
            call.status = answer.status
          },
          left: () => {
            // A cut is the simulator's own doing.
            if (answer.cutAfter === undefined) call.clientLeft = true
            else call.status = answer.status
          },
        }
      },
    },
  )

  const host = options.host ?? '127.0.0.1'
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${server.port}`,
    port: server.port,
    accessKey: accessKeys[0] ?? DEMO_ACCESS_KEY,
    apiKey: apiKeys[0] ?? '',
    get calls() {
      return log.calls
    },
    script: (...answers) => script.push(...answers),
    reset,
    close: () => server.close(),
  }
}

// The status and name are inferred: AWS states the size, not the refusal.
const BODY_TOO_LARGE = {
  status: 413,
  name: 'RequestEntityTooLargeException',
  message: `Request body exceeds the maximum of ${MAX_BODY_BYTES} bytes.`,
  origin: 'coral',
} as const

// Bedrock Runtime answers a path that it does not serve with status 200 and this body: clients must not take it for success.
const UNKNOWN_OPERATION = jsonAnswer(200, {
  Output: { __type: 'com.amazon.coral.service#UnknownOperationException' },
  Version: '1.0',
})

function withRequestId(answer: Answer, number: number): Answer {
  const id = `51300000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`
  return { ...answer, headers: { 'x-amzn-requestid': id, ...answer.headers } }
}

// A fault of the simulator itself must look like one of AWS, not end the process.
function guarded(answer: () => Answer): Answer {
  try {
    return answer()
  } catch (error) {
    return faultAnswer(namedFault('InternalServerException', `The simulator failed: ${String(error)}`))
  }
}
