import { once } from 'node:events'
import { createServer, request, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { refuse } from './refuse.ts'
import { StreamBody } from './stream-body.ts'

type Run = (body: StreamBody, outgoing: ServerResponse) => void

let server: Server | undefined
afterEach(() => server?.close())

async function serving(run: Run, onFull = () => {}): Promise<number> {
  server = createServer((_, outgoing) => {
    outgoing.writeHead(200, { 'content-type': 'text/event-stream' })
    run(new StreamBody(outgoing, onFull), outgoing)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** What comes over a socket until it closes. */
async function raw(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write(text)
  const pieces: Buffer[] = []
  for await (const piece of socket) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}

const read = (port: number): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const pieces: Buffer[] = []
    request({ port, host: '127.0.0.1' }, (answer) => {
      answer.on('data', (piece) => pieces.push(piece)).on('end', () => resolve(Buffer.concat(pieces)))
      answer.on('error', reject)
    })
      .on('error', reject)
      .end()
  })

const get = (version: string, more = '') => `GET / HTTP/${version}\r\nhost: a\r\n${more}\r\n`

describe('the body of a stream', () => {
  it('is framed for HTTP/1.1, and what comes at once goes out at once', async () => {
    const port = await serving(async (body) => {
      body.write('data: a\n\n', 'utf8')
      body.write('data: é🙂\n\n', 'utf8')
      await sleep(20)
      body.write('data: c\n\n', 'latin1')
      body.end()
    })
    const answer = await raw(port, get('1.1', 'connection: close\r\n'))
    const body = answer.slice(answer.indexOf('\r\n\r\n') + 4)
    expect(body).toBe('17\r\ndata: a\n\ndata: é🙂\n\n\r\n9\r\ndata: c\n\n\r\n0\r\n\r\n')
  })

  it('goes out as it is to HTTP/1.0, whose connection ends with it', async () => {
    const port = await serving((body) => {
      body.write('data: a\n\n', 'utf8')
      body.end()
    })
    const answer = await raw(port, get('1.0'))
    expect(answer).toMatch(/\r\n\r\ndata: a\n\n$/)
    expect(answer).not.toMatch(/transfer-encoding/i)
  })

  it('leaves its connection fit for the next request', async () => {
    let requests = 0
    const port = await serving((body) => {
      requests++
      body.write(`data: ${requests}\n\n`, 'utf8')
      body.end()
    })
    const both = await raw(port, get('1.1') + get('1.1', 'connection: close\r\n'))
    expect(both.match(/HTTP\/1\.1 200/g)).toHaveLength(2)
    expect(both).toContain('data: 1\n\n\r\n0\r\n\r\nHTTP/1.1 200')
    expect(both).toMatch(/data: 2\n\n\r\n0\r\n\r\n$/)
  })

  it('arrives byte by byte, whatever is written in whatever turns and encodings', async () => {
    const bytes = fc.uint8Array({ maxLength: 300 }).map((some) => Buffer.from(some))
    const pieces = fc.array(
      fc.oneof(
        fc.record({
          encoding: fc.constant('utf8' as const),
          bytes: fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
        }),
        fc.record({ encoding: fc.constant('latin1' as const), bytes }),
        fc.constant('turn' as const),
      ),
      { maxLength: 20 },
    )
    await fc.assert(
      fc.asyncProperty(pieces, async (all) => {
        const port = await serving(async (body) => {
          for (const piece of all) {
            if (piece === 'turn') await sleep(1)
            else body.write(piece.bytes.toString(piece.encoding), piece.encoding)
          }
          body.end()
        })
        const sent = Buffer.concat(all.flatMap((piece) => (piece === 'turn' ? [] : [piece.bytes])))
        expect(await read(port)).toEqual(sent)
        server?.close()
      }),
      { numRuns: 60 },
    )
  })

  it('is broken off, and not written into, where the parser refuses what comes beside it', async () => {
    const port = await serving(async (body, outgoing) => {
      body.write('data: a\n\n', 'utf8')
      await once(outgoing, 'close')
    })
    server?.on('clientError', refuse)
    const socket = connect(port, '127.0.0.1')
    let text = ''
    socket.on('data', (bytes) => {
      text += bytes
      if (text.includes('data: a')) socket.write('\0garbage\r\n\r\n')
    })
    socket.on('error', () => {})
    socket.write(get('1.1'))
    await once(socket, 'close')
    expect(text).toMatch(/data: a\n\n\r\n$/)
  })

  it('tells when its reader is slow, and writes nothing to one who left', async () => {
    let full = 0
    let left: (() => void) | undefined
    const gone = new Promise<void>((resolve) => {
      left = resolve
    })
    const port = await serving(
      async (body, outgoing) => {
        outgoing.on('close', () => left?.())
        for (let at = 0; at < 200 && full === 0; at++) {
          body.write('x'.repeat(100_000), 'latin1')
          await sleep(0)
        }
        await gone
        body.write('more', 'latin1')
        await sleep(0)
        body.end()
      },
      () => full++,
    )
    const socket = connect(port, '127.0.0.1')
    socket.write(get('1.1'))
    while (full === 0) await sleep(5)
    socket.destroy()
    await gone
    await sleep(20)
    expect(full).toBe(1)
  })
})
