import { type Simulator, type SimulatorOptions, startSimulator } from '@moho/aws-sim'
import type { Log, WebClient } from '@moho/core'
import bedrock from '@moho/provider-bedrock'
import openai from '@moho/provider-openai'
import OpenAI from 'openai'
import { afterAll, beforeAll } from 'vitest'
import { stringify } from 'yaml'
import { loadConfig, type Serving, serve } from '../src/index.ts'

const key = 'test-key-0123456789'
export const model = 'bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0'

interface Line {
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
}

/**
 * A router on real sockets, in front of a simulator, for the tests of one file. `web` is for hosts that are not public, `account` for what
 * the simulated account has of its own.
 */
export function running(
  more: (simulator: Simulator) => object = () => ({}),
  web?: WebClient,
  account: Pick<SimulatorOptions, 'resources' | 'roles'> = {},
) {
  let simulator: Simulator
  let serving: Serving
  const log: Line[] = []
  const keep = (message: string, fields: object = {}) => void log.push({ message, fields: { ...fields } })
  const keeping: Log = { debug: keep, info: keep, warn: keep, error: keep }

  beforeAll(async () => {
    simulator = await startSimulator({ port: 0, ...account })
    const config = {
      providers: [{ id: 'bedrock', ...bedrockEntry(simulator) }],
      keys: [{ name: 'test', key }],
      ...more(simulator),
    }
    const loaded = await loadConfig({
      file: 'test.yaml',
      text: stringify(config),
      environment: {},
      builtIn: [bedrock, openai],
    })
    serving = await serve({
      config: loaded,
      log: keeping,
      host: '127.0.0.1',
      port: 0,
      simulatorUrl: simulator.url,
      web,
    })
  })
  afterAll(async () => {
    await serving.stop()
    await simulator.close()
  })

  return {
    log,
    get simulator() {
      return simulator
    },
    get url() {
      return serving.url
    },
    /** The official SDK, which does not try again by itself here. */
    openai: (options: { apiKey?: string; baseURL?: string; maxRetries?: number } = {}) =>
      new OpenAI({ baseURL: `${serving.url}/v1`, apiKey: key, maxRetries: 0, ...options }),
    post: (
      body: string | Uint8Array<ArrayBuffer> | object,
      headers: Record<string, string> = {},
      path = '/v1/chat/completions',
    ) =>
      fetch(serving.url + path, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
      }),
    get: (path: string, headers: Record<string, string> = { authorization: `Bearer ${key}` }) =>
      fetch(serving.url + path, { headers }),
  }
}

export const bedrockEntry = ({ url, accessKey }: Simulator) => ({
  type: 'aws-bedrock',
  region: 'us-east-1',
  endpoints: { runtime: url, control: url },
  auth: { type: 'access-key', accessKeyId: accessKey.accessKeyId, secretAccessKey: accessKey.secretAccessKey },
})

export const soon = async (holds: () => boolean | Promise<boolean>, withinMs = 2000): Promise<void> => {
  const until = Date.now() + withinMs
  while (!(await holds())) {
    if (Date.now() > until) throw new Error('It did not come about.')
    await new Promise((done) => setTimeout(done, 10))
  }
}
