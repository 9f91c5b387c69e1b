import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { MohoError } from '../contract/errors.ts'
import type { HttpResponse } from '../contract/http.ts'
import { createHttpClient, type HttpClientOptions } from './http-client.ts'

const open: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

const listen = async (server: {
  listen(port: number, host: string, done: () => void): unknown
  address(): unknown
}) => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
const serve = async (listener: RequestListener): Promise<{ url: string; server: Server }> => {
  const server = createServer(listener)
  open.push(() => {
    server.closeAllConnections()
    return new Promise((done) => server.close(done))
  })
  return { url: await listen(server), server }
}
/** Bytes on a socket, for answers that no HTTP server would send. */
const serveRaw = async (onSocket: (socket: Socket) => void) => {
  const sockets = new Set<Socket>()
  const server = createTcpServer((socket) => {
    sockets.add(socket.on('error', () => {}))
    socket.once('data', () => onSocket(socket))
  })
  open.push(() => {
    for (const socket of sockets) socket.destroy()
    return new Promise((done) => server.close(done))
  })
  return listen(server)
}
const client = (options?: HttpClientOptions) => {
  const made = createHttpClient(options)
  open.push(() => made.close())
  return made
}
const get = (url: string, signal?: AbortSignal) => ({ method: 'GET', url, headers: {}, signal }) as const
const text = async (response: HttpResponse) => Buffer.from(await response.bytes(1e6)).toString()
const fault = async (promise: Promise<unknown>): Promise<MohoError> => {
  const error: unknown = await promise.then(
    () => expect.fail('It should have failed.'),
    (error: unknown) => error,
  )
  if (!MohoError.is(error)) throw error
  return error
}
const soon = async (holds: () => boolean) => {
  for (let tries = 0; tries < 200 && !holds(); tries++) await new Promise((done) => setTimeout(done, 10))
  expect(holds()).toBe(true)
}

describe('an exchange', () => {
  it('sends method, headers and the exact path, and reads status, headers and body', async () => {
    const { url } = await serve((request, response) => {
      response.writeHead(201, { 'x-seen': request.url ?? '', 'set-cookie': ['a=1', 'b=2'] })
      request.pipe(response)
    })
    const path = '/model/arn%3Aaws%2Fx%253A/../~a//b?q=%20&q='
    const response = await client().send({ method: 'POST', url: url + path, headers: { 'x-a': 'b' }, body: 'ä' })
    expect(response.status).toBe(201)
    expect(response.headers['x-seen']).toBe(path)
    expect(response.headers['set-cookie']).toBe('a=1, b=2')
    expect(await text(response)).toBe('ä')
  })

  it('reuses connections', async () => {
    const { url, server } = await serve((_, response) => response.end('ok'))
    let connections = 0
    server.on('connection', () => connections++)
    const http = client()
    for (let n = 0; n < 5; n++) await text(await http.send(get(url)))
    // Two, where the next request is sent in the same tick as the last answer's end.
    expect(connections).toBeLessThanOrEqual(2)
  })

  it('loses nothing when the body is read long after the head', async () => {
    const { url } = await serve((_, response) => response.end('x'.repeat(300_000)))
    const response = await client().send(get(url))
    await new Promise((done) => setTimeout(done, 50))
    expect(await text(response)).toHaveLength(300_000)
  })

  it('cuts a body off at its limit and closes the connection', async () => {
    let closed = false
    const { url } = await serve((_, response) => {
      const timer = setInterval(() => response.write('x'.repeat(1000)), 1)
      response.on('close', () => {
        clearInterval(timer)
        closed = true
      })
    })
    const response = await client().send(get(url))
    expect(await response.bytes(2500)).toHaveLength(2500)
    await soon(() => closed)
  })

  it('pauses the upstream while the reader is slow', async () => {
    let written = 0
    const { url } = await serve((_, response) => {
      const more = () => {
        while (written < 64_000_000 && response.write(Buffer.alloc(64_000))) written += 64_000
        if (written < 64_000_000) response.once('drain', more)
        else response.end()
      }
      more()
    })
    const response = await client().send(get(url))
    let read = 0
    const ended = new Promise<void>((resolve, reject) => {
      const chunk = (bytes: Uint8Array) => {
        read += bytes.byteLength
      }
      const flow = response.pipe({ chunk, end: resolve, fail: reject })
      flow.pause()
      setTimeout(() => {
        // What is in flight is what the sockets hold, not what the upstream has to say.
        expect(written).toBeLessThan(32_000_000)
        flow.resume()
      }, 100)
    })
    await ended
    expect(read).toBeGreaterThanOrEqual(64_000_000)
  })

  it('aborts when the sink throws, and says so to the sink alone', async () => {
    let closed = false
    const { url } = await serve((_, response) => {
      response.write('x')
      response.on('close', () => {
        closed = true
      })
    })
    const response = await client().send(get(url))
    const error = await new Promise((resolve) => {
      response.pipe({
        chunk() {
          throw new MohoError('unsupported', 'Not that.')
        },
        end() {},
        fail: resolve,
      })
    })
    expect(error).toMatchObject({ code: 'unsupported' })
    await soon(() => closed)
  })

  it('hands on what the sink throws at the end', async () => {
    const { url } = await serve((_, response) => response.end('x'))
    const response = await client().send(get(url))
    const error = await new Promise((resolve) => {
      response.pipe({
        chunk() {},
        end() {
          throw new MohoError('upstream_failed', 'Too short.')
        },
        fail: resolve,
      })
    })
    expect(error).toMatchObject({ message: 'Too short.' })
  })
})

describe('an abort', () => {
  it('before it starts sends nothing', async () => {
    let seen = 0
    const { url } = await serve((_, response) => {
      seen++
      response.end()
    })
    expect((await fault(client().send(get(url, AbortSignal.abort())))).code).toBe('cancelled')
    expect(seen).toBe(0)
  })

  it('while it waits for the head closes the upstream', async () => {
    let closed = false
    let asked = false
    const { url } = await serve((request) => {
      asked = true
      request.socket.on('close', () => {
        closed = true
      })
    })
    const controller = new AbortController()
    const sent = fault(client().send(get(url, controller.signal)))
    await soon(() => asked)
    controller.abort(new MohoError('upstream_timeout', 'Time is up.'))
    expect((await sent).code).toBe('upstream_timeout')
    await soon(() => closed)
  })

  it('in the middle of the body closes the upstream and fails the reader', async () => {
    let closed = false
    const { url } = await serve((request, response) => {
      response.write('x')
      request.socket.on('close', () => {
        closed = true
      })
    })
    const controller = new AbortController()
    const response = await client().send(get(url, controller.signal))
    const read = fault(response.bytes(100))
    controller.abort()
    expect((await read).code).toBe('cancelled')
    await soon(() => closed)
  })

  it('between head and body fails the reader', async () => {
    const { url } = await serve((_, response) => void response.write('x'))
    const controller = new AbortController()
    const response = await client().send(get(url, controller.signal))
    controller.abort()
    expect((await fault(response.bytes(100))).code).toBe('cancelled')
  })
})

describe('a fault of the upstream', () => {
  it('is told: nobody listens', async () => {
    const { url, server } = await serve(() => {})
    await new Promise((done) => server.close(done))
    expect(await fault(client().send(get(url)))).toMatchObject({ code: 'upstream_failed', retry: 'again' })
  })

  it('is told: no such host', async () => {
    expect(await fault(client().send(get('http://nowhere.invalid/')))).toMatchObject({ code: 'upstream_failed' })
  })

  it('is told: silence before the head', async () => {
    const { url } = await serve(() => {})
    expect((await fault(client({ headersTimeoutMs: 100 }).send(get(url)))).code).toBe('upstream_timeout')
  })

  it('is told: silence in the body', async () => {
    const { url } = await serve((_, response) => void response.write('x'))
    const response = await client({ idleTimeoutMs: 100 }).send(get(url))
    expect((await fault(response.bytes(100))).code).toBe('upstream_timeout')
  })

  it.each([
    ['cut in the head', 'HTTP/1.1 200 O'],
    ['not HTTP', 'hello, this is not HTTP\r\n\r\n'],
    ['headers without end', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(70_000)}`],
  ])('is told: %s', async (_, bytes) => {
    const url = await serveRaw((socket) => socket.end(bytes))
    expect((await fault(client().send(get(url)))).code).toBe('upstream_failed')
  })

  it.each([
    ['a body shorter than announced', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc'],
    ['a chunked body without end', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n'],
    ['a chunk size that is none', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nabc\r\n'],
  ])('is told: %s', async (_, bytes) => {
    const url = await serveRaw((socket) => socket.end(bytes))
    const error = await fault(
      client()
        .send(get(url))
        .then((response) => response.bytes(100)),
    )
    expect(error.code).toBe('upstream_failed')
  })
})
