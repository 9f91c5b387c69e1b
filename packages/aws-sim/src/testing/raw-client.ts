import { connect } from 'node:net'
import { crc32 } from 'node:zlib'
import type { Simulator } from '../index.ts'

/** What one connection saw. */
export interface Seen {
  readonly head: string
  /** Without the chunks' own framing. */
  readonly body: Buffer
  /** The body's part of each read. */
  readonly reads: readonly number[]
  /** `whole`: the body ended as HTTP has it, on a connection that stays open. */
  readonly ending: 'whole' | 'fin' | 'rst' | 'silent'
  readonly milliseconds: number
}

/** Speaks HTTP/1.1 by hand and gives up after a silence. */
export function see(
  { port, apiKey }: Pick<Simulator, 'port' | 'apiKey'>,
  path: string,
  body: string,
  silenceMs = 150,
): Promise<Seen> {
  return new Promise((resolve) => {
    const start = performance.now()
    const socket = connect(port, '127.0.0.1')
    const reads: Buffer[] = []
    let timer: NodeJS.Timeout
    const finish = (ending: Seen['ending']): void => {
      clearTimeout(timer)
      socket.destroy()
      const all = Buffer.concat(reads)
      const at = all.indexOf('\r\n\r\n')
      const head = all.subarray(0, Math.max(at, 0)).toString('latin1')
      const { body, isWhole } = readBody(head, all.subarray(at + 4))
      const bodies = reads.map((read) => read.length)
      resolve({
        head,
        body,
        reads: bodies,
        ending: ending === 'silent' && isWhole ? 'whole' : ending,
        milliseconds: performance.now() - start,
      })
    }
    const wait = (): void => {
      clearTimeout(timer)
      // What follows a whole body, such as the end of the connection, follows at once.
      const isWhole = reads.at(-1)?.subarray(-7).equals(LAST_CHUNK)
      timer = setTimeout(() => finish('silent'), isWhole ? 30 : silenceMs)
    }
    socket.on('data', (read: Buffer) => {
      reads.push(read)
      wait()
    })
    socket.on('end', () => finish('fin'))
    socket.on('error', () => finish('rst'))
    socket.setNoDelay(true)
    socket.write(
      `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${apiKey}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    )
    wait()
  })
}

const LAST_CHUNK = Buffer.from('\r\n0\r\n\r\n')

function readBody(head: string, rest: Buffer): { body: Buffer; isWhole: boolean } {
  const length = /^content-length: (\d+)/im.exec(head)?.[1]
  if (length !== undefined) return { body: rest, isWhole: rest.length >= Number(length) }
  const parts: Buffer[] = []
  for (let at = 0; at < rest.length; ) {
    const line = rest.indexOf('\r\n', at)
    if (line === -1) break
    const size = Number.parseInt(rest.subarray(at, line).toString(), 16)
    if (size === 0) return { body: Buffer.concat(parts), isWhole: true }
    parts.push(rest.subarray(line + 2, line + 2 + size))
    at = line + 4 + size
  }
  return { body: Buffer.concat(parts), isWhole: false }
}

export interface Frame {
  readonly type: string
  readonly payload: string
  readonly bytes: Buffer
}

/** Frames up to the first that is not whole or not right. */
export function frames(body: Buffer): { frames: Frame[]; rest: Buffer } {
  const found: Frame[] = []
  let at = 0
  while (at + 16 <= body.length) {
    const bytes = body.subarray(at, at + body.readUInt32BE(at))
    const isRight =
      bytes.length === body.readUInt32BE(at) &&
      crc32(bytes.subarray(0, 8)) === bytes.readUInt32BE(8) &&
      crc32(bytes.subarray(0, -4)) === bytes.readUInt32BE(bytes.length - 4)
    if (!isRight) break
    const headers = bytes.subarray(12, 12 + bytes.readUInt32BE(4)).toString('latin1')
    const type = /:(?:event-type|exception-type|error-code)\x07..(\w+)/s.exec(headers)?.[1] ?? ''
    found.push({ type, payload: bytes.subarray(12 + headers.length, -4).toString(), bytes })
    at += bytes.length
  }
  return { frames: found, rest: body.subarray(at) }
}

export const frameTypes = (seen: Seen): string[] => frames(seen.body).frames.map((frame) => frame.type)
