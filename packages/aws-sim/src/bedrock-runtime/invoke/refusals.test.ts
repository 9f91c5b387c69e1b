import {
  BedrockRuntimeClient,
  BedrockRuntimeServiceException,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
} from '@aws-sdk/client-bedrock-runtime'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Simulator, startSimulator } from '../../index.ts'
import { findModel } from '../../models.ts'
import type { InvokeCall } from './call.ts'
import { EXAMPLE_RESOURCES, INVOKE_REFUSAL_EXAMPLES, type InvokeRefusalExample } from './examples.ts'
import { INVOKE_REFUSALS } from './refusals.ts'

let simulator: Simulator
let client: BedrockRuntimeClient

beforeAll(async () => {
  simulator = await startSimulator({ resources: EXAMPLE_RESOURCES })
  client = new BedrockRuntimeClient({
    endpoint: simulator.url,
    region: 'us-east-1',
    credentials: simulator.accessKey,
    maxAttempts: 1,
  })
})
afterAll(async () => {
  client.destroy()
  await simulator.close()
})

/** The rule that needs a row no model has. */
const UNSHOWN = 'streaming-unsupported'

const toInput = ({ modelId, body, contentType = 'application/json' }: InvokeRefusalExample['request']) => ({
  modelId,
  contentType,
  body: typeof body === 'string' ? body : JSON.stringify(body),
})

async function failure(call: Promise<unknown>): Promise<object> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof BedrockRuntimeServiceException)) throw new Error(`Not refused: ${String(error)}`)
  return { name: error.name, message: error.message, status: error.$metadata.httpStatusCode }
}

const examples = INVOKE_REFUSAL_EXAMPLES.map((example, index) => [`${index} ${example.rule}`, example] as const)

describe.each(examples)('%s', (_title, { request, taken, name, message, status }) => {
  it('is refused, streamed or not', async () => {
    const refused = { name, message, status }
    expect(await failure(client.send(new InvokeModelCommand(toInput(request))))).toEqual(refused)
    expect(await failure(client.send(new InvokeModelWithResponseStreamCommand(toInput(request))))).toEqual(refused)
  })

  it('is answered a little beside it', async () => {
    const answer = await client.send(new InvokeModelCommand(toInput({ ...request, ...taken })))
    expect(answer.$metadata.httpStatusCode).toBe(200)
  })
})

it('every rule has an example', () => {
  const shown = new Set([UNSHOWN, ...INVOKE_REFUSAL_EXAMPLES.map(({ rule }) => rule)])
  expect([...shown].sort()).toEqual(INVOKE_REFUSALS.map(({ rule }) => rule).sort())
})

it.each([
  ['streamed', true, 'The model is unsupported for streaming.'],
  ['not streamed', false, undefined],
])('a model that cannot stream, %s', (_how, isStreamed, message) => {
  const model = findModel('amazon.nova-lite-v1:0')
  if (!model) throw new Error('The table of models lacks it.')
  const rule = INVOKE_REFUSALS.find((one) => one.rule === UNSHOWN)
  const call: Pick<InvokeCall, 'isStreamed' | 'model'> = { isStreamed, model: { ...model, streaming: false } }
  expect(rule?.find(call as InvokeCall)).toBe(message)
})

it('a body without a content type is refused', async () => {
  const response = await fetch(`${simulator.url}/model/qwen.qwen3-32b-v1:0/invoke`, {
    method: 'POST',
    headers: { authorization: `Bearer ${simulator.apiKey}` },
    body: Buffer.from('{"messages":[{"role":"user","content":"Hello"}]}'),
  })
  expect([response.status, await response.json()]).toEqual([
    400,
    { message: expect.stringMatching(/^The content type \(none\) is not supported/) },
  ])
})
