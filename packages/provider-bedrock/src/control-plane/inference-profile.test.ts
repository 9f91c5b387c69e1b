import type { AwsSecret } from '@moho/auth-aws'
import { type Simulator, startSimulator } from '@moho/aws-sim'
import { createHttpClient } from '@moho/core/node'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { baseModelOf, modelBehindProfile } from './inference-profile.ts'
import { answering, denied, entryCall, exception } from './testing/entry-call.ts'

const account = 'arn:aws:bedrock:us-east-1:123456789012'

describe('at the simulator', () => {
  const http = createHttpClient()
  let simulator: Simulator
  beforeAll(async () => {
    simulator = await startSimulator({
      resources: { abcdefghij12: 'amazon.nova-lite-v1:0', abcdefghij34: 'us.anthropic.claude-sonnet-4-6' },
    })
  })
  afterEach(() => simulator.reset())
  afterAll(() => Promise.all([simulator.close(), http.close()]))

  const secrets: readonly [string, () => AwsSecret][] = [
    ['keys', () => ({ kind: 'signing', ...simulator.accessKey, clockOffsetMs: 0 })],
    ['an API key', () => ({ kind: 'bearer', token: simulator.apiKey })],
  ]
  describe.each(secrets)('with %s', (_, secret) => {
    test.each([
      [`${account}:application-inference-profile/abcdefghij12`, 'amazon.nova-lite-v1:0'],
      [`${account}:application-inference-profile/abcdefghij34`, 'anthropic.claude-sonnet-4-6'],
      [`${account}:inference-profile/us.anthropic.claude-sonnet-4-6`, 'anthropic.claude-sonnet-4-6'],
      ['us.anthropic.claude-sonnet-4-6', 'anthropic.claude-sonnet-4-6'],
      [`${account}:application-inference-profile/unknown00000`, undefined],
    ])('%s → %s', async (profile, model) => {
      const at = { region: 'us-east-1', endpoint: simulator.url }
      expect(await modelBehindProfile(entryCall(http, secret()).call, at, profile)).toBe(model)
      expect(simulator.calls).toHaveLength(1)
    })
  })
})

const at = { region: 'us-east-1' }

test('a missing right is no fault', async () => {
  const { call, refusals } = entryCall(answering(() => denied))
  expect(await modelBehindProfile(call, at, 'us.a.b')).toBeUndefined()
  expect(refusals).toEqual([])
})

test.each([
  ['throttled', exception(429, 'ThrottlingException', 'Slow down.'), { code: 'rate_limited' }],
  ['refused credentials', exception(403, 'UnrecognizedClientException', 'No.'), { code: 'upstream_auth_failed' }],
  [
    'no such operation',
    exception(404, 'UnknownOperationException', ''),
    { message: expect.stringContaining('control plane') },
  ],
  ['not the control plane', { body: '{"Output":{}}' }, { message: expect.stringContaining('control plane') }],
])('other faults are: %s', async (_, recording, fault) => {
  await expect(modelBehindProfile(entryCall(answering(() => recording)).call, at, 'us.a.b')).rejects.toMatchObject(
    fault,
  )
})

test.each([
  ['arn:aws:bedrock:us-west-2::foundation-model/a.b-v1:0', { id: 'a.b-v1:0', region: 'us-west-2' }],
  ['arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/a.b', { id: 'a.b', region: 'us-gov-west-1' }],
  ['arn:aws:bedrock:::foundation-model/a.b', { id: 'a.b', region: '' }],
  [`${account}:custom-model/a.b/abcdefghij12`, undefined],
  [undefined, undefined],
])('the ARN %s is of %j', (arn, base) => {
  expect(baseModelOf(arn)).toEqual(base)
})
