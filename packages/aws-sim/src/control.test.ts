import { request } from 'node:http'
import { connect } from 'node:http2'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Simulator, startSimulator } from './index.ts'

let simulator: Simulator

beforeEach(async () => {
  simulator = await startSimulator()
})
afterEach(() => simulator.close())

const CALLS = [
  ['POST', '/_sim/script', '{"answers":[{"error":"ThrottlingException"}]}'],
  ['POST', '/_sim/reset', ''],
  ['GET', '/_sim/calls', ''],
] as const

function control(method: string, path: string, body: string, headers: Record<string, string>) {
  return new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
    request({ host: '127.0.0.1', port: simulator.port, method, path, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      response.on('end', () => resolve({ status: response.statusCode, text }))
    })
      .on('error', reject)
      .end(body)
  })
}

const refused: [string, Record<string, string>, string][] = [
  ['a page of another origin', { origin: 'https://example.com' }, 'not for web pages'],
  ['a page without an origin', { origin: 'null' }, 'not for web pages'],
  ['a page of this machine', { origin: 'http://localhost:3000' }, 'not for web pages'],
  ['a page of another site that sends no Origin', { 'sec-fetch-site': 'cross-site' }, 'not for web pages'],
  ['a page of the same site', { 'sec-fetch-site': 'same-site' }, 'not for web pages'],
  ['a name that leads here', { host: 'rebound.example.com:4599' }, 'not by another name'],
  ['a name that begins alike', { host: '127.0.0.1.example.com' }, 'not by another name'],
  ['a name that ends alike', { host: 'evil.localhost' }, 'not by another name'],
  ['an address that is every one', { host: '0.0.0.0:4599' }, 'not by another name'],
]
it.each(refused)('control calls are refused to %s', async (_what, headers, text) => {
  simulator.script({ status: 418 })
  for (const [method, path, body] of CALLS) {
    const answer = await control(method, path, body, headers)
    expect([path, answer.status]).toEqual([path, 403])
    expect(JSON.parse(answer.text)).toEqual({ error: expect.stringContaining(text) })
  }
  expect(await control('POST', '/_sim/script', '{"answers":[{"status":418}]}', {})).toEqual({
    status: 200,
    text: '{"pending":2}',
  })
})

it.each([
  { host: 'localhost' },
  { host: 'LocalHost:80' },
  { host: '127.0.0.1:1' },
  { host: '[::1]' },
  { host: '[::1]:4599' },
  { 'sec-fetch-site': 'none' },
  { 'sec-fetch-site': 'same-origin' },
])('control calls are answered with %o', async (headers) => {
  for (const [method, path, body] of CALLS) {
    expect(await control(method, path, body, { ...headers })).toHaveProperty('status', 200)
  }
})

it.each([
  ['localhost', 200],
  ['rebound.example.com', 403],
])('HTTP/2 makes no difference to %s', async (authority, status) => {
  const session = connect(simulator.url)
  const stream = session.request({ ':path': '/_sim/calls', ':authority': authority })
  const answered = await new Promise<unknown>((resolve) => {
    stream.once('response', (headers) => resolve(headers[':status']))
  })
  session.destroy()
  expect(answered).toBe(status)
})

it('shows the raw text of a body that is nested too deeply', async () => {
  const deep = `{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`
  const flat = `{"a":${'['.repeat(500)}${']'.repeat(500)}}`
  for (const body of [deep, flat]) {
    await fetch(`${simulator.url}/model/m/converse`, { method: 'POST', body })
  }
  const answer = await control('GET', '/_sim/calls', '', {})
  expect(answer.status).toBe(200)
  expect(JSON.parse(answer.text).calls).toMatchObject([{ body: deep }, { body: JSON.parse(flat) }])
})
