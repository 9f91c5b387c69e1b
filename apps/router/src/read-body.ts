import type { IncomingMessage } from 'node:http'
import { MohoError } from '@moho/core'

/**
 * Reads a request's JSON bytes. Over `maxBytes` it stops reading and throws `too_large`; the server then discards what still comes for
 * half a second, so that the answer arrives, and closes the connection.
 */
export function readBody(incoming: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  checkHeaders(incoming, maxBytes)
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = []
    let size = 0
    const onData = (chunk: Buffer) => {
      size += chunk.byteLength
      if (size <= maxBytes) {
        parts.push(chunk)
        return
      }
      settle()
      incoming.pause()
      reject(tooLarge(maxBytes))
    }
    const onEnd = () => {
      settle()
      resolve(parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts, size))
    }
    const onBreak = (cause?: Error) => {
      settle()
      reject(new MohoError('cancelled', 'The caller left.', { cause }))
    }
    const settle = () => {
      incoming.off('data', onData).off('end', onEnd).off('close', onBreak).off('error', onBreak)
    }
    incoming.on('data', onData).on('end', onEnd).on('close', onBreak).on('error', onBreak)
  })
}

function checkHeaders({ headers }: IncomingMessage, maxBytes: number): void {
  if (Number(headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes)
  const type = headers['content-type']
  if (type !== undefined && !/^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(type)) {
    throw new MohoError(
      'unsupported_media_type',
      `The body must be JSON: send \`content-type: application/json\`, not \`${type.slice(0, 100)}\`.`,
    )
  }
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new MohoError(
      'unsupported_media_type',
      'Compressed bodies are not read. Send the JSON as it is, without `content-encoding`.',
    )
  }
}

const tooLarge = (maxBytes: number) =>
  new MohoError('too_large', `The body is larger than the limit of ${maxBytes.toLocaleString('en')} bytes.`)
