import { connect as connectHttp2 } from 'node:http2'
import { connect } from 'node:net'
import { BedrockRuntimeClient, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Simulator, startSimulator } from '../index.ts'

const PATH = '/model/amazon.nova-lite-v1%3A0/converse-stream'

let simulator: Simulator

beforeAll(async () => {
  simulator = await startSimulator()
})
beforeEach(() => simulator.reset())
afterAll(() => simulator.close())

const asked = (text: string): string => JSON.stringify({ messages: [{ role: 'user', content: [{ text }] }] })

describe('the SDK', () => {
  async function read(text: string): Promise<number> {
    const client = new BedrockRuntimeClient({
      endpoint: simulator.url,
      region: 'us-east-1',
      credentials: simulator.accessKey,
      maxAttempts: 1,
    })
    try {
      const messages = [{ role: 'user' as const, content: [{ text }] }]
      const reply = await client.send(new ConverseStreamCommand({ modelId: 'amazon.nova-lite-v1:0', messages }))
      let events = 0
      for await (const _event of reply.stream ?? []) events += 1
      return events
    } finally {
      client.destroy()
    }
  }
  const failure = (text: string) => read(text).then(() => undefined, String)

  it.each([
    ['throttlingException', 'ThrottlingException'],
    ['modelStreamErrorException', 'ModelStreamErrorException'],
    ['internalServerException', 'InternalServerException'],
    ['serviceUnavailableException', 'ServiceUnavailableException'],
    ['validationException', 'ValidationException'],
  ])('throws %s', async (name, thrown) => {
    expect(await failure(`[[sim:exception=${name}:said so]] [[sim:at=2]]`)).toBe(`${thrown}: said so`)
  })

  it('throws an error that is not in its model', async () => {
    expect(await failure('[[sim:errorFrame=InternalError:boom]]')).toContain('boom')
  })

  it.each(['prelude', 'message'])('notices a wrong %s checksum', async (which) => {
    expect(await failure(`[[sim:badCrc=${which}]] [[sim:at=1]]`)).toMatch(/checksum/i)
  })

  it('puts together what is split, and passes over what it does not know', async () => {
    const events = await read('[[sim:say=Hello]]')
    expect(await read('[[sim:say=Hello]] [[sim:trickle]]')).toBe(events)
    expect(await read('[[sim:say=Hello]] [[sim:split=3]] [[sim:pace=1]]')).toBe(events)
  })

  it.each(['fin', 'rst'])('sees a stream that is cut by %s', async (by) => {
    expect(await failure(`[[sim:cutAfter=200]] [[sim:cutBy=${by}]]`)).toBeDefined()
  })
})

describe('HTTP/2', () => {
  /** How one stream and its connection ended. */
  function end(text: string): Promise<{ bytes: number; rstCode: number; connectionFailed: boolean }> {
    return new Promise((resolve) => {
      const session = connectHttp2(simulator.url)
      let connectionFailed = false
      session.on('error', () => {
        connectionFailed = true
      })
      const stream = session.request({
        ':method': 'POST',
        ':path': PATH,
        authorization: `Bearer ${simulator.apiKey}`,
      })
      let bytes = 0
      stream.on('data', (read: Buffer) => {
        bytes += read.length
      })
      stream.on('error', () => undefined)
      stream.on('close', () => {
        const rstCode = stream.rstCode ?? 0
        // A reset of the connection is told to the session just after the stream.
        setTimeout(() => {
          session.destroy()
          resolve({ bytes, rstCode, connectionFailed })
        }, 20)
      })
      stream.end(asked(text))
    })
  }

  it('is cut by a reset of the stream, of the connection, or not at all', async () => {
    const fin = await end('[[sim:cutAfter=50]]')
    expect([fin.bytes, fin.rstCode !== 0, fin.connectionFailed]).toEqual([50, true, false])
    const rst = await end('[[sim:cutAfter=50]] [[sim:cutBy=rst]]')
    expect([rst.bytes, rst.connectionFailed]).toEqual([50, true])
    const whole = await end('[[sim:cutAfter=50]] [[sim:cutBy=end]]')
    expect(whole).toEqual({ bytes: 50, rstCode: 0, connectionFailed: false })
    expect(simulator.calls.map((call) => call.clientLeft)).toEqual([false, false, false])
  })

  it('hangs after the head', async () => {
    const pending = end('[[sim:hangAfter=1]]')
    await expect.poll(() => simulator.calls[0]?.eventsSent).toBe(1)
    await simulator.close()
    expect((await pending).bytes).toBeGreaterThan(100)
    simulator = await startSimulator()
  })
})

describe('the record', () => {
  it('tells when a client left, and what it had by then', async () => {
    const leaving = new AbortController()
    const response = await fetch(simulator.url + PATH, {
      method: 'POST',
      headers: { authorization: `Bearer ${simulator.apiKey}` },
      body: asked('[[sim:long=1000]] [[sim:pace=5]]'),
      signal: leaving.signal,
    })
    const reader = response.body?.getReader()
    for (let reads = 0; reads < 10; reads++) await reader?.read()
    leaving.abort()
    await expect.poll(() => simulator.calls[0]?.clientLeft).toBe(true)
    const [call] = simulator.calls
    expect(call).toMatchObject({ status: 200, operation: 'ConverseStream' })
    expect(call?.eventsSent).toBeGreaterThanOrEqual(10)
    expect(call?.eventsSent).toBeLessThan(100)
    expect(call?.bytesSent).toBeGreaterThan(1000)
    expect(call?.leftAfterMs).toBeGreaterThanOrEqual(40)
    const sent = call?.eventsSent
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(simulator.calls[0]?.eventsSent).toBe(sent)
  })

  it('counts no more than a client that does not read makes room for', async () => {
    const socket = connect(simulator.port, '127.0.0.1')
    socket.on('error', () => undefined)
    socket.pause()
    const body = asked('[[sim:long=80000]]')
    socket.write(
      `POST ${PATH} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${simulator.apiKey}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    )
    await expect.poll(() => (simulator.calls[0]?.bytesSent ?? 0) > 0).toBe(true)
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(simulator.calls[0]?.eventsSent).toBeLessThan(75_000)
    socket.destroy()
    await expect.poll(() => simulator.calls[0]?.clientLeft).toBe(true)
  })
})

describe('options for benchmarks', () => {
  it('takes every call for authentic and keeps none', async () => {
    const quick = await startSimulator({ verify: false, keepCalls: 0 })
    const headers = {
      authorization: 'AWS4-HMAC-SHA256 Credential=X/20260101/eu-west-1/bedrock/aws4_request, Signature=0',
    }
    const path = '/model/eu.amazon.nova-lite-v1%3A0/converse'
    const signed = await fetch(quick.url + path, { method: 'POST', headers, body: asked('Hello') })
    expect(signed.status).toBe(200)
    const body = JSON.stringify({ model: 'x', messages: [{ role: 'user', content: 'Hello' }] })
    const ids = []
    for (let times = 0; times < 2; times++) {
      const chat = await fetch(`${quick.openaiUrl}/chat/completions`, { method: 'POST', body })
      ids.push(((await chat.json()) as { id: string }).id)
    }
    expect(new Set(ids).size).toBe(2)
    expect(quick.calls).toEqual([])
    await quick.close()
  })
})
