import { request } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Simulator, startSimulator } from './index.ts'

const PATH = '/model/amazon.nova-lite-v1%3A0/converse'
const hello = (text = 'Hello') => JSON.stringify({ messages: [{ role: 'user', content: [{ text }] }] })

let simulator: Simulator

beforeEach(async () => {
  simulator = await startSimulator()
})
afterEach(() => simulator.close())

const ask = (body = hello(), init: RequestInit = {}) =>
  fetch(simulator.url + PATH, {
    method: 'POST',
    headers: { authorization: `Bearer ${simulator.apiKey}` },
    body,
    ...init,
  })

const control = (path: string, body?: unknown) =>
  fetch(`${simulator.url}/_sim/${path}`, body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) })

async function until(isTrue: () => boolean): Promise<void> {
  for (let tries = 0; !isTrue(); tries++) {
    if (tries > 200) throw new Error('It never came true.')
    await sleep(10)
  }
}

describe('control calls', () => {
  it('queue answers', async () => {
    const answers = [
      { error: 'ThrottlingException', times: 2 },
      { status: 502, body: '<html>bad gateway</html>', headers: { 'content-type': 'text/html' } },
      { status: 200, body: { odd: true } },
      { error: 'ModelErrorException', status: 500, message: 'said so' },
    ]
    expect(await (await control('script', { answers })).json()).toEqual({ pending: 5 })
    expect((await ask()).status).toBe(429)
    expect((await ask()).status).toBe(429)
    const html = await ask()
    expect([html.status, html.headers.get('content-type'), await html.text()]).toEqual([
      502,
      'text/html',
      '<html>bad gateway</html>',
    ])
    expect(await (await ask()).json()).toEqual({ odd: true })
    const failed = await ask()
    expect([failed.status, await failed.text()]).toEqual([500, '{"message":"said so"}'])
    expect((await ask()).status).toBe(200)
  })

  it('queue answers for one model, and not for calls that are refused', async () => {
    simulator.script({ status: 418, model: 'claude' }, { status: 503, model: 'nova-lite' })
    expect((await ask('{}')).status).toBe(400)
    expect((await ask()).status).toBe(503)
    expect((await ask()).status).toBe(200)
  })

  it('say what is wrong with a script', async () => {
    const refused = await control('script', { answers: [{ stats: 200 }] })
    expect(refused.status).toBe(400)
    expect(await refused.text()).toContain('stats')
    expect(() => simulator.script({ status: 99 })).toThrow()
    expect((await control('nothing')).status).toBe(404)
  })

  it('show the calls and forget them', async () => {
    await ask()
    await ask('not json', { headers: { authorization: 'Bearer wrong' } })
    const { calls } = (await (await control('calls')).json()) as { calls: unknown }
    expect(calls).toMatchObject([
      {
        number: 1,
        method: 'POST',
        path: PATH,
        headers: { host: `127.0.0.1:${simulator.port}` },
        body: JSON.parse(hello()),
        principal: { kind: 'api-key', lastFour: simulator.apiKey.slice(-4), region: 'us-east-1' },
        operation: 'Converse',
        modelId: 'amazon.nova-lite-v1:0',
        status: 200,
        clientLeft: false,
      },
      { number: 2, body: 'not json', status: 403, error: 'AccessDeniedException' },
    ])
    expect(simulator.calls).toHaveLength(2)
    await control('reset', {})
    expect(simulator.calls).toHaveLength(0)
  })
})

describe('regions in the address', () => {
  const say = (prefix: string, model: string) =>
    fetch(`${simulator.url}${prefix}/model/${model}/converse`, {
      method: 'POST',
      headers: { authorization: `Bearer ${simulator.apiKey}` },
      body: hello(),
    })

  it('decide which models an API key reaches', async () => {
    expect((await say('/eu-west-1', 'eu.amazon.nova-lite-v1%3A0')).status).toBe(200)
    expect((await say('', 'eu.amazon.nova-lite-v1%3A0')).status).toBe(400)
    expect((await say('', 'us.amazon.nova-lite-v1%3A0')).status).toBe(200)
  })
})

describe('bad networks', () => {
  it('closes the socket inside a body', async () => {
    const response = await ask(hello('[[sim:cut]]'))
    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow()
    await until(() => simulator.calls[0]?.status === 200)
    expect(simulator.calls[0]?.clientLeft).toBe(false)
  })

  it('notices a client that leaves', async () => {
    const leaving = new AbortController()
    const pending = ask(hello('[[sim:hang]]'), { signal: leaving.signal })
    await until(() => simulator.calls.length === 1)
    leaving.abort()
    await expect(pending).rejects.toThrow()
    await until(() => simulator.calls[0]?.clientLeft === true)
    expect(simulator.calls[0]?.status).toBeUndefined()
  })

  it('ends hanging and slow calls when it closes', async () => {
    simulator.script({ hang: true }, { delayMs: 60_000 })
    const pending = [ask(), ask()].map((call) => expect(call).rejects.toThrow())
    await until(() => simulator.calls.length === 2)
    await simulator.close()
    await Promise.all(pending)
  })

  it('refuses a body over 25 MB and goes on', async () => {
    const response = await ask('x'.repeat(25_000_001))
    expect(response.status).toBe(413)
    expect((await ask()).status).toBe(200)
  })

  it('survives what is not HTTP', async () => {
    for (const bytes of [
      '\x16\x03\x01\x02\x00',
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\ngarbage garbage garbage',
      'GET\r\n\r\n',
    ]) {
      const socket = connect(simulator.port, '127.0.0.1')
      socket.on('error', () => undefined)
      socket.end(bytes, 'latin1')
      await new Promise((resolve) => socket.once('close', resolve).resume())
    }
    expect((await ask()).status).toBe(200)
  })

  it('survives deep JSON and scripts that make no sense', async () => {
    const deep = '['.repeat(200_000) + ']'.repeat(200_000)
    const message = `{"messages":[{"role":"user","content":[{"text":"Hello"}]}],"additionalModelRequestFields":${deep}}`
    expect((await ask(deep)).status).toBe(400)
    expect((await ask(message)).status).toBeGreaterThanOrEqual(200)
    expect((await control('calls')).status).toBe(200)
    simulator.reset()
    for (const answer of [
      { headers: { 'a b': 'c' } },
      { headers: { a: 'b\r\nc: d' } },
      { error: 'a\nb' },
      { body: 1, status: 99 },
    ]) {
      expect((await control('script', { answers: [answer] })).status).toBe(400)
    }
    expect((await control('script', { answers: [{ error: 'constructor' }] })).status).toBe(200)
    expect((await ask()).status).toBe(500)
    expect((await ask()).status).toBe(200)
  })

  it('survives odd paths and headers', async () => {
    for (const path of [
      '/',
      '//',
      '/model//converse',
      '/model/%/converse',
      '/model/%E0%A4%A/converse',
      '/model/a%2Fb/converse?x=%',
    ]) {
      const status = await new Promise<number | undefined>((resolve, reject) => {
        const headers = { authorization: `Bearer ${simulator.apiKey}` }
        request({ host: '127.0.0.1', port: simulator.port, method: 'POST', path, headers }, (response) => {
          response.resume()
          resolve(response.statusCode)
        })
          .on('error', reject)
          .end('[]')
      })
      expect([path, status]).toEqual([path, /^\/model\/[^/]+\/converse/.test(path) ? 400 : 200])
    }
  })

  it('answers a path that it does not serve as AWS does', async () => {
    const response = await fetch(`${simulator.url}/v1/messages`, { method: 'POST', body: '{}' })
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({
      Output: { __type: 'com.amazon.coral.service#UnknownOperationException' },
      Version: '1.0',
    })
  })
})

it('dates its answers by its own clock', async () => {
  const ahead = await startSimulator({ now: () => new Date('2031-02-03T04:05:06.789Z') })
  const date = async (path: string) => (await fetch(ahead.url + path)).headers.get('date')
  for (const path of [
    '/model/m/converse',
    '/compatible/v1/models',
    '/openai/v1/chat/completions',
    '/foundation-models',
    '/_sim/calls',
    '/nothing',
  ]) {
    expect([path, await date(path)]).toEqual([path, 'Mon, 03 Feb 2031 04:05:06 GMT'])
  }
  await ahead.close()
})

it('is not reached on a port that is taken', async () => {
  await expect(startSimulator({ port: simulator.port })).rejects.toThrow('EADDRINUSE')
})
