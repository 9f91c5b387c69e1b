import type { UpstreamRefusal } from '@moho/core'

/** What Bedrock said no with, read. */
export interface BedrockException {
  /** As in `ValidationException`; '' where it says none. */
  readonly name: string
  /** Undefined inside a stream, whose status was 200 before it failed. */
  readonly status: number | undefined
  /** '' where it says nothing that is meant for reading. */
  readonly message: string
  /** What the model behind Bedrock answered with. */
  readonly originalStatus: number | undefined
  /** The member of the request at fault, where it is told apart. */
  readonly param: string | undefined
}

/**
 * Reads an error of an AWS service: its name by header or body, its message under either spelling, JSON in a string unpacked. Where
 * OpenAI's API speaks, in its shape and with names of its own, the status says what AWS would call it.
 */
export function readException({ status, headers, text }: UpstreamRefusal): BedrockException {
  const body = parseObject(text)
  const error = body?.error
  if (typeof error === 'object' && error !== null && headers['x-amzn-errortype'] === undefined)
    return exceptionOf(status === 400 ? 'ValidationException' : '', status, { ...error })
  const name = [headers['x-amzn-errortype'], body?.code, body?.__type].find(
    (said) => typeof said === 'string' && said !== '',
  )
  return exceptionOf(typeof name === 'string' ? nameOf(name) : '', status, body)
}

/** Reads a failure inside a stream, where `ValidationException` goes by the name of a member: `validationException`. */
export function readStreamException(type: string, text: string): BedrockException {
  const name = nameOf(type)
  return exceptionOf(name.charAt(0).toUpperCase() + name.slice(1), undefined, parseObject(text))
}

function exceptionOf(
  name: string,
  status: number | undefined,
  body: Record<string, unknown> | undefined,
): BedrockException {
  const said = [body?.message, body?.Message, body?.originalMessage].find((one) => typeof one === 'string')
  const originalStatus = body?.originalStatusCode
  return {
    name,
    status,
    message: typeof said === 'string' ? flatten(said) : '',
    originalStatus: typeof originalStatus === 'number' ? originalStatus : undefined,
    param: typeof body?.param === 'string' && body.param !== '' ? body.param : undefined,
  }
}

/** `ValidationException:http://internal.amazon.com/…` and `com.amazon.coral.service#UnknownOperationException` → the name. */
const nameOf = (said: string): string => (said.split(':')[0]?.split('#').at(-1) ?? '').trim().slice(0, 100)

/** `The model returned the following errors: {"error":{"message":"…"}}` → what the innermost JSON says. */
function flatten(message: string, depth = 0): string {
  const text = message.trim()
  const brace = text.indexOf('{')
  const inner = brace === -1 || depth === 4 ? undefined : parseObject(text.slice(brace))
  const said = inner && messageIn(inner)
  return said === undefined ? text : flatten(said, depth + 1)
}

function messageIn(body: Record<string, unknown>): string | undefined {
  const { error } = body
  const within = typeof error === 'object' && error !== null ? { ...error } : body
  const said = [within['message' as keyof typeof within], body.message, body.Message, error, body.detail]
  return said.find((one) => typeof one === 'string' && one !== '') as string | undefined
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    // A load balancer's page, or a text with a brace in it.
    return undefined
  }
}
