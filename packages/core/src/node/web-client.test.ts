import { createPrivateKey, X509Certificate } from 'node:crypto'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Server,
  type Socket,
  setDefaultAutoSelectFamily,
} from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Ending } from '../contract/ending.ts'
import { MohoError } from '../contract/errors.ts'
import { createWebClient, type WebClientOptions } from './web-client.ts'

const open: (() => unknown)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

/** A server on loopback, with the sockets that came and those that are still there. */
async function listen<T extends Server>(server: T) {
  const sockets = new Set<Socket>()
  const seen = { port: 0, connections: 0, sockets }
  server.on('connection', (socket: Socket) => {
    seen.connections++
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  open.push(() => {
    for (const socket of sockets) socket.destroy()
    return new Promise((done) => server.close(done))
  })
  seen.port = (server.address() as AddressInfo).port
  return seen
}
const serve = (listener: RequestListener) => listen(createServer(listener))
/** For images.example and other.example. */
const serveTls = (listener: RequestListener) => listen(createTlsServer({ key, cert }, listener))
/** Bytes on a socket, for answers that no HTTP server would send. */
const serveRaw = (bytes: string) => listen(createTcpServer((socket) => socket.once('data', () => socket.end(bytes))))

const loopback = [{ address: '127.0.0.1', family: 4 }]
/** One that takes loopback for public, and finds every host there. */
const near = (options: WebClientOptions = {}) =>
  createWebClient({ allow: (address) => address === '127.0.0.1', lookup: async () => loopback, ...options })
/** One as it is used, that may look up nothing. */
const far = () => createWebClient({ lookup: async (host) => expect.fail(`It looked up ${host}.`) })
const wanted = { maxBytes: 1000 }

const fault = async (promise: Promise<unknown>): Promise<MohoError> => {
  const error: unknown = await promise.then(
    () => expect.fail('It should have failed.'),
    (error: unknown) => error,
  )
  if (!MohoError.is(error)) throw error
  return error
}
const refused = { code: 'invalid_request', message: expect.stringMatching(/^No public host .+ was found\.$/) }
const soon = (holds: () => boolean) => vi.waitFor(() => expect(holds()).toBe(true), { timeout: 2000, interval: 5 })
/** Takes connections and says nothing. */
const serveSilence = () => listen(createTcpServer((socket) => socket.resume()))
const moved =
  (location: string, status = 302): RequestListener =>
  (_, response) =>
    response.writeHead(status, { location }).end()

describe('a fetch', () => {
  it('brings the bytes and the media type, and says little of itself', async () => {
    let asked: object = {}
    const { port, sockets } = await serve(({ method, url, headers }, response) => {
      asked = { method, url, ...headers }
      response.writeHead(200, { 'content-type': 'Image/PNG; charset=x' }).end(Buffer.from([1, 2, 3]))
    })
    const file = await near().get(`http://h:${port}/a%2Fb?q=%20#part`, { ...wanted, accept: 'image/*' })
    expect(file).toEqual({ contentType: 'image/png', bytes: Buffer.from([1, 2, 3]) })
    expect(asked).toEqual({
      method: 'GET',
      url: '/a%2Fb?q=%20',
      host: `h:${port}`,
      connection: 'close',
      'user-agent': 'moho',
      accept: 'image/*',
      'accept-encoding': 'identity',
    })
    await soon(() => sockets.size === 0)
  })

  it('tells no media type where the host tells none, and brings an empty file', async () => {
    const { port } = await serve((_, response) => response.end())
    expect(await near().get(`http://h:${port}/`, wanted)).toEqual({ contentType: '', bytes: Buffer.alloc(0) })
  })

  it('goes by https, once the certificate is trusted', async () => {
    const { port } = await serveTls((request, response) => response.end(request.headers.host))
    const url = `https://images.example:${port}/`
    expect(await fault(near().get(url, wanted))).toMatchObject({
      code: 'invalid_request',
      message: 'The certificate of images.example is not one to trust.',
    })
    trust()
    expect((await near().get(url, wanted)).bytes.toString()).toBe(`images.example:${port}`)
    expect(await fault(near().get(`https://wrong.example:${port}/`, wanted))).toMatchObject({
      message: 'The certificate of wrong.example is not one to trust.',
    })
  })

  it('needs no choice of families', async () => {
    setDefaultAutoSelectFamily(false)
    open.push(() => setDefaultAutoSelectFamily(true))
    const { port } = await serve((_, response) => response.end('x'))
    expect((await near().get(`http://h:${port}/`, wanted)).bytes).toHaveLength(1)
  })

  it.each([301, 302, 303, 307, 308])('follows a redirect with status %s', async (status) => {
    const { port } = await serve((request, response) => {
      if (request.url === '/a/b') moved('../c?d', status)(request, response)
      else response.end(request.url)
    })
    expect((await near().get(`http://h:${port}/a/b`, wanted)).bytes.toString()).toBe('/c?d')
  })

  it('follows three redirects, to other hosts too, and no more', async () => {
    trust()
    const { port } = await serveTls((request, response) => {
      const n = Number(request.url?.slice(1))
      if (n === 0) response.end(request.headers.host)
      else moved(`https://${n % 2 ? 'other' : 'images'}.example:${port}/${n - 1}`)(request, response)
    })
    const { bytes } = await near().get(`https://images.example:${port}/3`, wanted)
    expect(bytes.toString()).toBe(`other.example:${port}`)
    expect(await fault(near().get(`https://images.example:${port}/4`, wanted))).toMatchObject({
      code: 'invalid_request',
      message: 'images.example redirects more than 3 times.',
    })
  })
})

describe('an address that is not public', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['127.1', '127.0.0.1'],
    ['0x7f.1', '127.0.0.1'],
    ['0x7f000001', '127.0.0.1'],
    ['0177.0.0.1', '127.0.0.1'],
    ['2130706433', '127.0.0.1'],
    ['127.0.0.1.', '127.0.0.1'],
    ['１２７.0.0.1', '127.0.0.1'],
    ['127。0。0。1', '127.0.0.1'],
    ['%31%32%37.0.0.1', '127.0.0.1'],
    ['0', '0.0.0.0'],
    ['169.254.169.254', '169.254.169.254'],
    ['[::1]', '[::1]'],
    ['[::]', '[::]'],
    ['[0:0:0:0:0:0:0:1]', '[::1]'],
    ['[::127.0.0.1]', '[::7f00:1]'],
    ['[::ffff:127.0.0.1]', '[::ffff:7f00:1]'],
    ['[::FFFF:7F00:1]', '[::ffff:7f00:1]'],
    ['[64:ff9b::169.254.169.254]', '[64:ff9b::a9fe:a9fe]'],
    ['[fd00:ec2::254]', '[fd00:ec2::254]'],
    ['[fe80::1]', '[fe80::1]'],
  ])('is refused as %s', async (spelling, host) => {
    const error = await fault(far().get(`https://${spelling}/x?token=s3cret`, wanted))
    expect(error).toMatchObject({ code: 'invalid_request', message: `No public host ${host} was found.` })
  })

  it.each(['[fe80::1%25eth0]', '127.0.0.1%00.example', '127.0.0.1 .example', '999.1', ''])(
    'is no URL with the host %j',
    async (host) => {
      expect(await fault(far().get(`https://${host}/`, wanted))).toMatchObject({
        code: 'invalid_request',
        message: 'The address is not a URL.',
      })
    },
  )

  const parts = fc.constantFrom(
    (n: number) => n.toString(),
    (n: number) => `0x${n.toString(16)}`,
    (n: number) => `0X${n.toString(16).toUpperCase().padStart(9, '0')}`,
    (n: number) => `0${n.toString(8)}`,
  )
  const insideIPv4 = fc
    .tuple(
      fc.constantFrom(
        [0, 8],
        [10, 8],
        [127, 8],
        [0xa9fe, 16],
        [0xac1, 12],
        [0xc0a8, 16],
        [0x191, 10],
        [0xe, 4],
        [0xf, 4],
      ),
      fc.nat(0xffffffff),
    )
    .map(([[network = 0, bits = 0], rest]) => network * 2 ** (32 - bits) + (rest % 2 ** (32 - bits)))

  it('is refused in any spelling of IPv4', async () => {
    const spelling = fc.tuple(insideIPv4, fc.array(parts, { minLength: 1, maxLength: 4 }), fc.constantFrom('', '.'))
    await fc.assert(
      fc.asyncProperty(spelling, async ([address, spellings, dot]) => {
        // The last part holds all bytes that are left.
        const host = spellings.map((spell, at) =>
          at === spellings.length - 1
            ? spell(address % 2 ** (32 - 8 * at))
            : spell(Math.floor(address / 2 ** (24 - 8 * at)) % 256),
        )
        expect(await fault(far().get(`https://${host.join('.')}${dot}/`, wanted))).toMatchObject(refused)
      }),
    )
  })

  it('is refused in any spelling of IPv6', async () => {
    const group = fc.nat(0xffff)
    const inside = fc.oneof(
      fc
        .tuple(fc.constantFrom(0xfc00, 0xfd12, 0xfe80, 0xfebf, 0xfec0, 0xff02, 0x2002, 0x0100, 0), group)
        .map((two) => two),
      fc.tuple(fc.constant(0x2001), fc.nat(0x1ff)),
      fc.constant([0x2001, 0xdb8]),
    )
    const random = fc
      .tuple(inside, fc.array(group, { minLength: 6, maxLength: 6 }))
      .map(([prefix, rest]) => [...prefix, ...rest])
    const carrying = fc
      .tuple(fc.constantFrom([0, 0, 0, 0, 0, 0xffff], [0x64, 0xff9b, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0]), insideIPv4)
      .map(([prefix, address]) => [...prefix, Math.floor(address / 0x10000), address % 0x10000])
    const spell = fc.constantFrom(
      (groups: number[]) => groups.map((n) => n.toString(16)).join(':'),
      (groups: number[]) => groups.map((n) => n.toString(16).toUpperCase().padStart(4, '0')).join(':'),
      (groups: number[]) => {
        const [a = 0, b = 0] = groups.slice(6)
        return `${groups
          .slice(0, 6)
          .map((n) => n.toString(16))
          .join(':')}:${a >> 8}.${a & 255}.${b >> 8}.${b & 255}`
      },
    )
    await fc.assert(
      fc.asyncProperty(fc.oneof(random, carrying), spell, async (groups, write) => {
        expect(await fault(far().get(`https://[${write(groups)}]/`, wanted))).toMatchObject(refused)
      }),
    )
  })

  it.each([
    ['a name of loopback', '127.0.0.1'],
    ['a name of an address inside', '10.1.2.3'],
    ['a name of metadata', '169.254.169.254'],
    ['an IPv6 address with a zone', 'fe80::1%lo'],
    ['no address at all'],
    ['something that is no address', 'localhost'],
    ['one public address and one inside', '8.8.8.8', '10.0.0.1'],
    ['one inside and one public address', '::1', '2606:4700:4700::1111'],
  ])('is refused where a host has %s, and nothing is dialled', async (_, ...addresses) => {
    const { port, ...seen } = await serve((_, response) => response.end())
    const lookup = async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
    const web = createWebClient({ lookup })
    const began = performance.now()
    expect(await fault(web.get(`https://images.example:${port}/`, wanted))).toMatchObject({
      code: 'invalid_request',
      message: 'No public host images.example was found.',
    })
    expect(performance.now() - began).toBeLessThan(1000)
    expect(seen.connections).toBe(0)
  })

  it.each(['localhost', 'localhost.', 'LOCALHOST'])('is refused by the name %s', async (host) => {
    const server = await serve((_, response) => response.end())
    expect(await fault(createWebClient().get(`https://${host}:${server.port}/`, wanted))).toMatchObject(refused)
    expect(server.connections).toBe(0)
  })

  it('is told in the words of a name that nobody knows', async () => {
    const unknown = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' })
    const asked = (lookup: NonNullable<WebClientOptions['lookup']>) =>
      fault(createWebClient({ lookup }).get('https://vault.corp.example/', wanted))
    const { code, message } = await asked(() => Promise.reject(unknown))
    expect(await asked(async () => [{ address: '10.0.0.7', family: 4 }])).toMatchObject({ code, message })
  })

  it('is refused when a name comes to it later: each connection goes to what was looked up for it', async () => {
    const server = await serve((request, response) => moved(`/again${request.url}`)(request, response))
    const answers = [loopback, loopback, [{ address: '10.0.0.1', family: 4 }]]
    const lookup = vi.fn(async () => answers.shift() ?? [])
    expect(await fault(near({ lookup }).get(`http://h:${server.port}/`, wanted))).toMatchObject({
      message: 'No public host h was found.',
    })
    expect(lookup).toHaveBeenCalledTimes(3)
    expect(server.connections).toBe(2)
  })

  it.each(['https://127.0.0.2/', 'https://[::1]/', '//10.0.0.1/', 'http://169.254.169.254/latest/meta-data/'])(
    'is refused as the target of a redirect: %s',
    async (location) => {
      const { port } = await serve(moved(location))
      expect(await fault(near().get(`http://127.0.0.1:${port}/`, wanted))).toMatchObject(refused)
    },
  )
})

describe('an address', () => {
  it.each([
    ['http://example.com/', 'The address must begin with https://'],
    ['ftp://example.com/', 'The address must begin with https://'],
    [`https://example.com/${'a'.repeat(9000)}`, 'The address must not be longer than 8192 characters.'],
    ['file:///etc/passwd', 'The address must begin with https://'],
    ['data:image/png;base64,AAAA', 'The address must begin with https://'],
    ['https://user@example.com/', 'The address must not hold a user name or a password.'],
    ['https://:s3cret@example.com/', 'The address must not hold a user name or a password.'],
    ['https://example.com:22/', 'The address must have port 443, or one from 1024 up.'],
    ['https://example.com:80/', 'The address must have port 443, or one from 1024 up.'],
    ['//example.com/s3cret', 'The address is not a URL.'],
    ['s3cret', 'The address is not a URL.'],
    ['', 'The address is not a URL.'],
  ])('is refused: %s', async (url, message) => {
    expect(await fault(far().get(url, wanted))).toSatisfy(
      (error: MohoError) => error.code === 'invalid_request' && error.message === message && error.cause === undefined,
    )
  })

  it.each([
    ['http', 'http://8.8.8.8:8080/', 'No public host 8.8.8.8 was found.'],
    [
      'a password',
      'http://u:s3cret@h:8080/',
      'The address to which h redirects must not hold a user name or a password.',
    ],
    ['another scheme', 'ftp://h/', 'The address to which h redirects must begin with https://'],
    ['no URL', 'https://', 'The address to which h redirects is not a URL.'],
  ])('is refused after a redirect: %s', async (_, location, message) => {
    const { port } = await serve(moved(location))
    expect(await fault(near().get(`http://h:${port}/`, wanted))).toMatchObject({ code: 'invalid_request', message })
  })

  it.each<[string, RequestListener]>([
    ['a status', (_, response) => response.writeHead(403).end()],
    ['a broken answer', ({ socket }) => socket.destroy()],
    ['silence', () => {}],
    ['too much', (_, response) => response.end('x'.repeat(2000))],
    ['a loop', (request, response) => moved(request.url ?? '')(request, response)],
    ['compression', (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('x')],
  ])('keeps path and query to itself in the face of %s', async (_, listener) => {
    const { port } = await serve(listener)
    const error = await fault(near({ timeoutMs: 200 }).get(`http://h:${port}/p4th?X-Amz-Signature=s3cret`, wanted))
    expect(error.message).toMatch(/\bh\b/)
    for (const text of [error.message, String((error.cause as Error)?.stack ?? '')])
      expect(text).not.toMatch(/p4th|s3cret|Amz/)
  })
})

describe('a file that is too large', () => {
  const more =
    (headers: Record<string, string>): RequestListener =>
    (_, response) => {
      response.writeHead(200, headers)
      const timer = setInterval(() => response.write('x'.repeat(300)), 1)
      response.on('close', () => clearInterval(timer))
    }

  it('is refused by its announced length, before it comes', async () => {
    let written = 0
    const { port, sockets } = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '1001' }).flushHeaders()
      written = 1
    })
    const error = await fault(near().get(`http://h:${port}/`, wanted))
    expect(error).toMatchObject({ code: 'too_large', message: 'h sends more than 1000 bytes.' })
    expect(written).toBe(1)
    await soon(() => sockets.size === 0)
  })

  it('is refused on the way where none is announced, and the connection is closed', async () => {
    const { port, sockets } = await serve(more({}))
    expect((await fault(near().get(`http://h:${port}/`, wanted))).code).toBe('too_large')
    await soon(() => sockets.size === 0)
  })

  it('may be as large as it may be', async () => {
    const { port } = await serve((_, response) => response.end('x'.repeat(1000)))
    expect((await near().get(`http://h:${port}/`, wanted)).bytes).toHaveLength(1000)
  })
})

describe('a host that does not do its part', () => {
  it.each([204, 206, 300, 304, 400, 404, 500, 503])('is told to have answered with status %s', async (status) => {
    const { port, sockets } = await serve((_, response) => response.writeHead(status).end('x'))
    expect(await fault(near().get(`http://h:${port}/`, wanted))).toMatchObject({
      code: 'invalid_request',
      message: `h answered with status ${status}.`,
    })
    await soon(() => sockets.size === 0)
  })

  it('redirects to nowhere', async () => {
    const { port } = await serve((_, response) => response.writeHead(302).end())
    expect((await fault(near().get(`http://h:${port}/`, wanted))).message).toBe('h answered with status 302.')
  })

  it.each([
    ['before its head', () => {}],
    ['in the middle of the body', (_: unknown, response) => void response.write('x')],
    [
      'by never stopping',
      (_: unknown, response) => {
        const timer = setInterval(() => response.write('x'), 20)
        response.on('close', () => clearInterval(timer))
      },
    ],
  ] satisfies [string, RequestListener][])('is too late %s', async (_, listener) => {
    const { port, sockets } = await serve(listener)
    expect(await fault(near({ timeoutMs: 150 }).get(`http://h:${port}/`, wanted))).toMatchObject({
      code: 'invalid_request',
      message: 'h did not answer in time.',
    })
    await soon(() => sockets.size === 0)
  })

  it('is too late over all its redirects together', async () => {
    const { port } = await serve(
      (_, response) => void setTimeout(() => response.writeHead(302, { location: '/' }).end(), 80),
    )
    expect((await fault(near({ timeoutMs: 150 }).get(`http://h:${port}/`, wanted))).message).toBe(
      'h did not answer in time.',
    )
  })

  it('is too late to shake hands', async () => {
    const { port, sockets } = await serveSilence()
    expect(await fault(near({ connectTimeoutMs: 50 }).get(`https://h:${port}/`, wanted))).toMatchObject({
      code: 'invalid_request',
      message: 'h did not answer in time.',
    })
    await soon(() => sockets.size === 0)
  })

  it('is too late to be looked up', async () => {
    const web = near({ timeoutMs: 50, lookup: () => new Promise(() => {}) })
    expect((await fault(web.get('https://images.example/', wanted))).message).toBe(
      'images.example did not answer in time.',
    )
  })

  it('is not there', async () => {
    const server = createTcpServer()
    const { port } = await listen(server)
    await new Promise((done) => server.close(done))
    expect(await fault(near().get(`http://h:${port}/`, wanted))).toMatchObject({
      code: 'invalid_request',
      message: 'The connection to h failed.',
    })
  })

  it.each([
    ['what is not HTTP', 'hello\r\n\r\n'],
    ['a head that is cut', 'HTTP/1.1 200 O'],
    ['a body shorter than announced', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc'],
    ['a chunked body without end', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n'],
    ['headers without end', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(70_000)}`],
  ])('sends %s', async (_, bytes) => {
    const { port } = await serveRaw(bytes)
    expect(await fault(near().get(`http://h:${port}/`, wanted))).toMatchObject({
      code: 'invalid_request',
      message: 'The connection to h failed.',
    })
  })
})

describe('the end of the call', () => {
  const reason = new MohoError('cancelled', 'The caller left.')

  it('that has come already sends nothing', async () => {
    const server = await serve((_, response) => response.end())
    const ending = new Ending()
    ending.end(reason)
    expect(await fault(near().get(`http://h:${server.port}/`, wanted, ending))).toBe(reason)
    expect(server.connections).toBe(0)
  })

  it.each<[string, RequestListener]>([
    ['head', () => {}],
    ['body', (_, response) => void response.write('x')],
  ])('while it waits for the %s closes the connection at once', async (_, listener) => {
    const { port, sockets } = await serve(listener)
    const ending = new Ending()
    const fetched = fault(near().get(`http://h:${port}/`, wanted, ending))
    await soon(() => sockets.size === 1)
    await new Promise((done) => setTimeout(done, 50))
    ending.end(reason)
    expect(await fetched).toBe(reason)
    await soon(() => sockets.size === 0)
  })

  it('while hands are shaken closes the connection at once', async () => {
    const { port, sockets } = await serveSilence()
    const ending = new Ending()
    const fetched = fault(near().get(`https://h:${port}/`, wanted, ending))
    await soon(() => sockets.size === 1)
    ending.end(reason)
    expect(await fetched).toBe(reason)
    await soon(() => sockets.size === 0)
  })

  it('while a host is looked up dials nothing', async () => {
    const server = await serve((_, response) => response.end())
    const { promise, resolve } = Promise.withResolvers<typeof loopback>()
    const ending = new Ending()
    const fetched = fault(near({ lookup: () => promise }).get(`http://h:${server.port}/`, wanted, ending))
    ending.end(reason)
    expect(await fetched).toBe(reason)
    resolve(loopback)
    await new Promise((done) => setTimeout(done, 50))
    expect(server.connections).toBe(0)
  })
})

/** Of this test alone: signed by itself, for images.example and other.example, from 2020 to 2120. */
const cert = new X509Certificate(
  Buffer.from(
    'MIIBfzCCASWgAwIBAgIBATAKBggqhkjOPQQDAjAZMRcwFQYDVQQDDA5pbWFnZXMuZXhhbXBsZTAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowGTEXMBUGA1UEAwwOaW1hZ2VzLmV4YW1wbGUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARWs34NEF8RAnoN5p42XYxqSOcAix4U4bopH7W33A3ukZd2l2KUnStBRU4054vYM10Mh1jZgri7OmqiRMcM/oDvo1wwWjAPBgNVHRMBAf8EBTADAQH/MCgGA1UdEQQhMB+CDmltYWdlcy5leGFtcGxlgg1vdGhlci5leGFtcGxlMB0GA1UdDgQWBBTxdSzymlYtdnys/TkOmkQ3oiV84zAKBggqhkjOPQQDAgNIADBFAiAhl7Jl8Qzwn8raRleFt15WwTbDeLhMcecUBxZvP2F2XwIhAI5aClR4Ms2bivaQPdt2uOj4oTt8/ITXuxzhGCi25HMK',
    'base64',
  ),
).toString()
const key = createPrivateKey({
  key: Buffer.from(
    'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgiynoYjoltx4+tW3krFHEweyR8j0MaqBFye3BPHXyw32hRANCAARWs34NEF8RAnoN5p42XYxqSOcAix4U4bopH7W33A3ukZd2l2KUnStBRU4054vYM10Mh1jZgri7OmqiRMcM/oDv',
    'base64',
  ),
  format: 'der',
  type: 'pkcs8',
}).export({ format: 'pem', type: 'pkcs8' })

/** Takes the certificate for trusted, until the test ends. */
function trust(): void {
  const before = getCACertificates('default')
  setDefaultCACertificates([...before, cert])
  open.push(() => setDefaultCACertificates(before))
}
