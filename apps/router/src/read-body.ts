import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { MohoError } from '@moho/core'

/** Throws where the head says already that the body will not be taken. */
export function checkBody(headers: IncomingHttpHeaders, maxBytes: number): void {
  if (Number(headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes)
  const type = headers['content-type']
  if (type !== undefined && type !== 'application/json' && !isJson.test(type)) {
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

const isJson = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i

/**
 * Reads a request's bytes. Over `maxBytes` it stops reading and throws `too_large`; the server then discards what still comes for
 * half a second, so that the answer arrives, and closes the connection.
 */
export function readBody(incoming: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = []
    let size = 0
    const onData = (chunk: Buffer) => {
      size += chunk.byteLength
      if (size <= maxBytes) {
        parts.push(chunk)
        return
      }
      incoming.off('data', onData).pause()
      reject(tooLarge(maxBytes))
    }
    incoming.on('data', onData)
    incoming.on('end', () => {
      resolve(parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts, size))
    })
    // Comes always and last; before the end, the connection broke.
    incoming.on('close', () => {
      if (!incoming.readableEnded) reject(new MohoError('cancelled', 'The caller left.'))
    })
  })
}

const tooLarge = (maxBytes: number) =>
  new MohoError('too_large', `The body is larger than the limit of ${maxBytes.toLocaleString('en')} bytes.`)
