import type { AwsSecret } from '@moho/auth-aws'
import type { EntryCall, HttpClient } from '@moho/core'
import { type Recording, ReplayClient, ReplayWeb } from '@moho/core/testing'

export const keys: AwsSecret = {
  kind: 'signing',
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  clockOffsetMs: 0,
}

/** A call of an entry, with what was reported of it. */
export function entryCall(http: HttpClient, secret: AwsSecret = keys) {
  const refusals: unknown[] = []
  const warnings: string[] = []
  const leaving = new AbortController()
  const call: EntryCall<AwsSecret> = {
    id: 'call-1',
    signal: leaving.signal,
    headers: {},
    http,
    web: new ReplayWeb(),
    log: { debug() {}, info() {}, warn: (message) => void warnings.push(message), error() {} },
    secret: async () => secret,
    refused: (_, why, serverTime) => void refusals.push({ why, serverTime }),
  }
  return { call, refusals, warnings, leave: (reason: unknown) => leaving.abort(reason) }
}

/** Answers by what is asked: a path, and its query. */
export const answering = (answer: (path: string, query: URLSearchParams) => Recording): HttpClient => ({
  async send(request, ending) {
    const { pathname, searchParams } = new URL(request.url)
    return new ReplayClient([answer(pathname, searchParams)]).send(request, ending)
  },
})

/** An exception as AWS sends it. */
export const exception = (status: number, name: string, message: string): Recording => ({
  status,
  headers: { 'x-amzn-errortype': `${name}:http://internal.amazon.com/coral/com.amazon.bedrock/` },
  body: JSON.stringify({ message }),
})

export const denied = exception(
  403,
  'AccessDeniedException',
  'User: arn:aws:iam::123456789012:user/eve is not authorized.',
)
