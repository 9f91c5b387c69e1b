import type { Answer } from './answer.ts'
import { AccessKeys } from './auth/access-keys.ts'
import { type AuthSettings, unverified } from './auth/authenticate.ts'
import { type AccessKey, DEMO_ACCESS_KEY, DEMO_API_KEY } from './auth/credentials.ts'
import { CallLog, type RecordedCall } from './calls.ts'
import { answerControl, CONTROL_PREFIX } from './control.ts'
import { type Fault, faultAnswer, namedFault } from './fault.ts'
import { listen } from './http-server.ts'
import type { ReceivedRequest } from './request.ts'
import type { Resource } from './resolve-model.ts'
import { Script, type ScriptedAnswer } from './script.ts'
import type { Service, World } from './service.ts'
import { createServices, findOperation, findService } from './services.ts'
import { readRoles, type SimulatedRole } from './sts/roles.ts'

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
  /**
   * Resource id in an ARN → model id, or `{ format }` for an imported model that only InvokeModel serves, with bodies of
   * that format. Others lead to Claude Sonnet 4.5.
   */
  readonly resources?: Readonly<Record<string, Resource>>
  /** Role ARN → the role, for STS; when left out anybody can assume any role of the account 123456789012. */
  readonly roles?: Readonly<Record<string, SimulatedRole>>
  /** Where the OpenAI-compatible service is; `/compatible/v1` when left out. */
  readonly openaiPath?: string
  /** False: every call is taken for authentic, which costs nothing; for benchmarks. */
  readonly verify?: boolean
  /** How many calls are kept for `calls`; 1000 when left out, and 0 keeps no account of them at all. */
  readonly keepCalls?: number
  /** The simulator's clock, for signatures, sessions of roles, cached prompts and the answers' `date`. */
  now?(): Date
}

export interface Simulator {
  /** Such as `http://127.0.0.1:4599`. */
  readonly url: string
  /** The base URL of the OpenAI-compatible service, such as `http://127.0.0.1:4599/compatible/v1`. */
  readonly openaiUrl: string
  readonly port: number
  /** The first of the accepted key pairs. */
  readonly accessKey: AccessKey
  /** The first of the accepted API keys; empty when there is none. */
  readonly apiKey: string
  /** What was received, oldest first; control calls are left out. */
  readonly calls: readonly RecordedCall[]
  /** Queues answers to the next calls that are authentic and valid. */
  script(...answers: readonly ScriptedAnswer[]): void
  /** Forgets calls, queued answers, cached prompts and the keys that STS issued. */
  reset(): void
  /** Stops listening and ends every open socket, those of hanging calls too. */
  close(): Promise<void>
}

/** What AWS reads of one request. */
const MAX_BODY_BYTES = 25_000_000

/** Starts an HTTP server that answers as AWS would. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const now = (): Date => options.now?.() ?? new Date()
  const configured = options.accessKeys ?? [DEMO_ACCESS_KEY]
  const accessKeys = new AccessKeys(configured)
  const apiKeys = options.apiKeys ?? [DEMO_API_KEY]
  const log = new CallLog(options.keepCalls ?? 1000, now)
  const script = new Script()
  const world: World = {
    script,
    resolve: { resources: options.resources ?? {} },
    promptCache: new Map(),
    accessKeys,
    roles: options.roles && readRoles(options.roles),
    now,
  }
  const openaiPath = options.openaiPath ?? '/compatible/v1'
  const services = createServices({ openaiPath })
  const settings: AuthSettings = {
    accessKeys,
    apiKeys,
    regions: options.regions,
    region: options.region ?? 'us-east-1',
    now,
  }
  const reset = (): void => {
    log.clear()
    script.clear()
    world.promptCache.clear()
    accessKeys.forgetIssued()
  }

  const answerCall = (service: Service, path: string, request: ReceivedRequest, call: RecordedCall): Answer => {
    const found = findOperation(service, request, path)
    if (!found) return service.unknownOperation(request, path)
    call.operation = found.operation.name
    const principal = options.verify === false ? unverified(request, settings) : service.authenticate(request, settings)
    if ('status' in principal) return service.faultAnswer(principal)
    call.principal = principal
    return found.operation.answer({ service, request, parameters: found.parameters, principal, call, world })
  }

  const server = await listen(
    { port: options.port ?? 0, host: options.host ?? '127.0.0.1', maxBodyBytes: MAX_BODY_BYTES },
    {
      answer: (request, tooLarge) => {
        if (request.rawPath.startsWith(CONTROL_PREFIX)) {
          const made = guarded(faultAnswer, () => answerControl(request, { script, log, reset }))
          const answer = { ...made, headers: { date: now().toUTCString(), ...made.headers } }
          return { answer, progress: { bytesSent: 0, eventsSent: 0 }, left: () => undefined, sent: () => undefined }
        }
        const start = performance.now()
        const call = log.record(request)
        const { service, path } = findService(services, request)
        const refuse = (fault: Fault): Answer => service.faultAnswer(fault)
        const made = tooLarge ? refuse(BODY_TOO_LARGE) : guarded(refuse, () => answerCall(service, path, request, call))
        const id = requestId(call.number)
        const own = { date: now().toUTCString(), [service.requestIdHeader]: id }
        const answer = { ...(service.withRequestId?.(made, id) ?? made), headers: { ...own, ...made.headers } }
        if (answer.error !== undefined) call.error = answer.error
        return {
          answer,
          progress: call,
          sent: () => {
            call.status = answer.status
          },
          left: (hasHead) => {
            if (hasHead) call.status = answer.status
            call.clientLeft = true
            call.leftAfterMs = Math.round(performance.now() - start)
          },
        }
      },
    },
  )

  const host = options.host ?? '127.0.0.1'
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${server.port}`
  return {
    url,
    openaiUrl: url + openaiPath,
    port: server.port,
    accessKey: configured[0] ?? DEMO_ACCESS_KEY,
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

function requestId(number: number): string {
  return `51300000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`
}

// A fault of the simulator itself must look like one of the service, not end the process.
function guarded(refuse: (fault: Fault) => Answer, answer: () => Answer): Answer {
  try {
    return answer()
  } catch (error) {
    return refuse(namedFault('InternalServerException', `The simulator failed: ${String(error)}`))
  }
}
