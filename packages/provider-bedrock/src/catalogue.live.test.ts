import { awsSign, uriEncode } from '@moho/auth-aws'
import { type Simulator, startSimulator } from '@moho/aws-sim'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { geographies, geographyOf, isGeography } from './geographies.ts'
import { findBase, models } from './models.ts'

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator({ keepCalls: 0 })
})
afterAll(() => simulator.close())

const regions = [
  'us-east-1',
  'eu-west-1',
  'ap-northeast-1',
  'ap-southeast-2',
  'ca-central-1',
  'ap-south-1',
  'us-gov-west-1',
]

/** A region that an id can be called from. */
function regionOf(id: string): string {
  const { geography = '' } = geographyOf(id) ?? {}
  if (!isGeography(geography)) return findBase(id)?.onDemandIn?.[0] ?? 'us-east-1'
  return regions.find((region) => geographies[geography].isSource(region)) ?? expect.fail(id)
}

/** What the catalogue lists for a path, and what AWS serves by it, as the simulator knows it, are one and the same. */
async function refused(path: string, call: (id: string) => { url: string; body: object }): Promise<string[]> {
  const faults: string[] = []
  for (const { id, paths } of models) {
    if (!paths?.chat?.includes(path)) continue
    const { url, body } = call(id)
    const request = {
      method: 'POST' as const,
      url,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }
    const secret = { kind: 'signing' as const, ...simulator.accessKey, clockOffsetMs: 0 }
    const headers = { ...request.headers, ...awsSign('bedrock', regionOf(id))(secret, request) }
    const response = await fetch(url, { ...request, headers })
    const said = await response.text()
    if (response.status !== 200 || said.includes('__type'))
      faults.push(`${id}: ${response.status} ${said.slice(0, 200)}`)
  }
  return faults
}

const content = 'Hello'

test('every id that goes by Converse is served by it', async () => {
  const call = (id: string) => ({
    url: `${simulator.url}/model/${uriEncode(id)}/converse`,
    body: { messages: [{ role: 'user', content: [{ text: content }] }] },
  })
  expect(await refused('converse', call)).toEqual([])
})

test('every id that goes by OpenAI’s API is served by it', async () => {
  const call = (model: string) => ({
    url: `${simulator.url}/openai/v1/chat/completions`,
    body: { model, messages: [{ role: 'user', content }] },
  })
  expect(await refused('openai', call)).toEqual([])
})
