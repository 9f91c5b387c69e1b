import { lookup as lookUp } from 'node:dns/promises'
import { isIP, type LookupFunction } from 'node:net'
import { buildConnector, Client, type Dispatcher } from 'undici'
import { MohoError } from '../contract/errors.ts'
import type { WebClient, WebFile, WebOptions } from '../contract/web.ts'
import { isPublicAddress } from './public-address.ts'

export interface WebClientOptions {
  /** How long to wait for a connection, in milliseconds. */
  readonly connectTimeoutMs?: number
  /** How long the whole may take, redirects and all, in milliseconds. */
  readonly timeoutMs?: number
  /** For tests: lets an address through that is not public, by https or http. Not for settings: it opens the inside network. */
  readonly allow?: (address: string, port: number) => boolean
  /** For tests: all addresses of a host. */
  readonly lookup?: (host: string) => Promise<readonly Address[]>
}

interface Address {
  readonly address: string
  readonly family: number
}

/**
 * A client for addresses that callers wrote. It goes by https, to port 443 or one from 1024 up, and to public addresses alone: each is
 * checked as it is dialled, so a name that changes its mind in between gets nowhere. It sends no cookies or credentials, knows no proxy,
 * and keeps no connection, so there is nothing to close.
 */
export function createWebClient(options: WebClientOptions = {}): WebClient {
  const rules: Rules = {
    connectTimeoutMs: 5000,
    timeoutMs: 20_000,
    allow: never,
    lookup: (host) => lookUp(host, { all: true }),
    ...options,
  }
  return {
    async get(url, wanted, ending) {
      ending?.throwIfEnded()
      const visit = new Visit(rules, wanted)
      const leave = () => visit.giveUp(ending?.reason)
      ending?.onEnd(leave)
      try {
        return await visit.run(url)
      } finally {
        ending?.offEnd(leave)
      }
    },
  }
}

type Rules = Required<WebClientOptions>

const never = () => false

const maxRedirects = 3
const longestAddress = 8192
const redirects: readonly number[] = [301, 302, 303, 307, 308]

/** One fetch, over its redirects. */
class Visit {
  readonly #rules: Rules
  readonly #wanted: WebOptions
  /** Its signal closes whatever connection there is, in whatever state. */
  readonly #end = new AbortController()
  #host = ''

  constructor(rules: Rules, wanted: WebOptions) {
    this.#rules = rules
    this.#wanted = wanted
  }

  giveUp(reason: unknown): void {
    this.#end.abort(reason)
  }

  async run(address: string): Promise<WebFile> {
    const late = setTimeout(() => this.giveUp(fault(`${this.#host} did not answer in time.`)), this.#rules.timeoutMs)
    try {
      let url = this.#parse(address)
      for (let redirected = 0; ; redirected++) {
        this.#end.signal.throwIfAborted()
        const answer = await this.#ask(url)
        if (!('location' in answer)) return answer
        if (redirected === maxRedirects) throw fault(`${this.#host} redirects more than ${maxRedirects} times.`)
        url = this.#parse(answer.location, url)
      }
    } catch (thrown) {
      // What breaks because it was given up says only that.
      if (this.#end.signal.aborted) throw this.#end.signal.reason
      throw MohoError.is(thrown) ? thrown : transportFault(this.#host, thrown)
    } finally {
      clearTimeout(late)
    }
  }

  #parse(address: string, base?: URL): URL {
    const what = base === undefined ? 'The address' : `The address to which ${base.hostname} redirects`
    if (address.length > longestAddress) throw fault(`${what} must not be longer than ${longestAddress} characters.`)
    // Its error would quote the address.
    if (!URL.canParse(address, base?.href)) throw fault(`${what} is not a URL.`)
    const url = new URL(address, base)
    this.#host = url.hostname
    // Without TLS there is no telling who answers. Where tests may do without, the address decides.
    if (url.protocol !== 'https:' && (url.protocol !== 'http:' || this.#rules.allow === never))
      throw fault(`${what} must begin with https://`)
    if (url.username !== '' || url.password !== '') throw fault(`${what} must not hold a user name or a password.`)
    if (url.port !== '' && Number(url.port) < 1024) throw fault(`${what} must have port 443, or one from 1024 up.`)
    return url
  }

  /** Asks one host, once. */
  async #ask(url: URL): Promise<WebFile | { readonly location: string }> {
    const host = url.hostname.replace(/^\[|\]$/g, '')
    // An address is dialled as it stands; a name is looked up on the way.
    if (isIP(host) !== 0) this.#admit(url, [{ address: host, family: isIP(host) }])
    const client = new Client(url.origin, {
      connect: buildConnector({
        allowH2: false,
        timeout: this.#rules.connectTimeoutMs,
        // Whatever NODE_TLS_REJECT_UNAUTHORIZED says.
        rejectUnauthorized: true,
        signal: this.#end.signal,
        lookup: this.#lookup(url),
      }),
      // One request, and `connection: close`.
      pipelining: 0,
      headersTimeout: this.#rules.timeoutMs,
      bodyTimeout: this.#rules.timeoutMs,
    })
    try {
      const { accept = '*/*' } = this.#wanted
      const headers = { 'user-agent': 'moho', accept, 'accept-encoding': 'identity' }
      const response = await client.request({ method: 'GET', path: url.pathname + url.search, headers })
      const location = first(response.headers.location)
      if (redirects.includes(response.statusCode) && location !== undefined) return { location }
      return await this.#read(response)
    } finally {
      await client.destroy()
    }
  }

  async #read({ statusCode, headers, body }: Dispatcher.ResponseData): Promise<WebFile> {
    if (statusCode !== 200) throw fault(`${this.#host} answered with status ${statusCode}.`)
    const encoding = first(headers['content-encoding']) ?? 'identity'
    if (encoding.toLowerCase() !== 'identity')
      throw fault(`${this.#host} sends it compressed, which was not asked for.`)
    const { maxBytes } = this.#wanted
    const tooLarge = () => new MohoError('too_large', `${this.#host} sends more than ${maxBytes} bytes.`)
    if (Number(headers['content-length'] ?? 0) > maxBytes) throw tooLarge()
    const parts: Uint8Array[] = []
    let size = 0
    for await (const part of body as AsyncIterable<Uint8Array>) {
      size += part.byteLength
      if (size > maxBytes) throw tooLarge()
      parts.push(part)
    }
    const type = first(headers['content-type']) ?? ''
    return { contentType: type.split(';', 1).join().trim().toLowerCase(), bytes: Buffer.concat(parts, size) }
  }

  /** For `net.connect`, which connects to nothing but what this answers. */
  #lookup(url: URL): LookupFunction {
    return (host, { all }, done) => {
      this.#addresses(url, host).then(
        (addresses) => (all ? done(null, addresses) : done(null, addresses[0].address, addresses[0].family)),
        (error: Error) => done(error, ''),
      )
    }
  }

  async #addresses(url: URL, host: string): Promise<[Address, ...Address[]]> {
    const addresses = await this.#rules.lookup(host).catch((error: unknown) => {
      throw nobody(url, error)
    })
    return this.#admit(url, addresses)
  }

  /** All or none: a host with one address inside would reach it by chance. */
  #admit(url: URL, addresses: readonly Address[]): [Address, ...Address[]] {
    const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80))
    const [one, ...others] = addresses
    const admitted = ({ address }: Address) =>
      (url.protocol === 'https:' && isPublicAddress(address)) || this.#rules.allow(address, port)
    if (one === undefined || !admitted(one) || !others.every(admitted)) throw nobody(url)
    return [one, ...others]
  }
}

const first = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value)

const fault = (message: string, cause?: unknown) => new MohoError('invalid_request', message, { cause })

/** In the same words whether the name is unknown or its address private, so that nobody learns which names are known inside. */
const nobody = ({ hostname }: URL, cause?: unknown) => fault(`No public host ${hostname} was found.`, cause)

/** What happened, by the code of undici's or Node's error, which is for the log alone. */
function transportFault(host: string, thrown: unknown): MohoError {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
  if (late.includes(code)) return fault(`${host} did not answer in time.`, thrown)
  if (untrusted.test(code)) return fault(`The certificate of ${host} is not one to trust.`, thrown)
  return fault(`The connection to ${host} failed.`, thrown)
}

const late: readonly string[] = [
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT',
]

/** Codes of OpenSSL's and Node's checks: DEPTH_ZERO_SELF_SIGNED_CERT, CERT_HAS_EXPIRED, ERR_TLS_CERT_ALTNAME_INVALID and their like. */
const untrusted = /^(?!ERR_SSL).*(CERT|LEAF_SIGNATURE|INVALID_CA|HOSTNAME_MISMATCH)/
