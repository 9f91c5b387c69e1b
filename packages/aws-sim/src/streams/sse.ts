import type { Failure, StreamFormat } from './stream.ts'

/** Server-sent events. `named`: each has a line `event: NAME`, as in the Responses API; Chat Completions has none. */
export function serverSentEvents(options: {
  readonly named: boolean
  failure(failure: Failure, position: number): { readonly name: string; readonly payload: string }
}): StreamFormat {
  const encode = ({ name, payload }: { readonly name: string; readonly payload: string }): Buffer =>
    Buffer.from(options.named ? `event: ${name}\ndata: ${payload}\n\n` : `data: ${payload}\n\n`)
  return {
    kind: 'text',
    contentType: 'text/event-stream; charset=utf-8',
    encode,
    failure: (failure, position) => encode(options.failure(failure, position)),
    heartbeat: COMMENT,
  }
}

export const COMMENT: Buffer = Buffer.from(': ping\n\n')

/** The same events with carriage returns, which the format allows as well. */
export function withCarriageReturns(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('latin1').replaceAll('\n', '\r\n'), 'latin1')
}
