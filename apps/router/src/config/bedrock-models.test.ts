import bedrock from '@moho/provider-bedrock'
import { describe, expect, test } from 'vitest'
import { faultsOf, load } from './testing/acme.ts'

const entry = (models: string, more = 'region: us-east-1') =>
  `providers:\n  - id: one\n    type: aws-bedrock\n    auth: { type: api-key, apiKey: ABSKtest }\n    ${more}\n    models:\n${models.replace(/^/gm, '      - ')}\n`
const given = { builtIn: [bedrock] }
const profile = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123def456'
const sonnet = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'

describe('what an entry says of a model of Bedrock', () => {
  test('is read', async () => {
    const text = entry(
      `{ id: "${profile}", base: ${sonnet}, features: [tools], limits: { outputTokens: 1000 }, cache: { minimum: 512 } }`,
    )
    const { entries } = await load(text, given)
    expect(entries[0]?.models?.[0]).toMatchObject({
      base: sonnet,
      features: ['tools'],
      cache: { minimum: 512, most: 4 },
    })
  })

  test.each([
    [
      'a member that there is not',
      `{ id: ${sonnet}, fomrat: llama3 }`,
      'fomrat: unknown member; did you mean "format"?',
    ],
    [
      'a format that there is not',
      `{ id: ${sonnet}, format: llama2 }`,
      'format: must be "openai-chat", "llama3", "llama4", "mistral", "deepseek-r1" or "chatml"',
    ],
    ['a feature that there is not', `{ id: ${sonnet}, features: [tool] }`, 'features[0]: must be "tools"'],
    [
      'a limit that is none',
      `{ id: ${sonnet}, limits: { outputTokens: 0 } }`,
      'limits.outputTokens: must be at least 1',
    ],
    [
      'a path that there is not',
      `{ id: ${sonnet}, path: anthropic }`,
      'path: must be "converse", "openai" or "invoke"',
    ],
    ['InvokeModel without a body', `{ id: ${sonnet}, path: invoke }`, 'path: needs a format'],
    ['OpenAI’s API for an application profile', `{ id: "${profile}", path: openai }`, 'path: cannot be openai'],
    ['a base that nobody knows', `{ id: "${profile}", base: vendor.model }`, 'base: is not in Moho’s catalogue'],
    [
      'an ARN with another region beside it',
      `{ id: "${profile}", region: us-west-2 }`,
      'region: the ARN is in us-east-1',
    ],
    [
      'an ARN of another partition',
      '{ id: "arn:aws-cn:bedrock:cn-north-1::foundation-model/a.b" }',
      'id: The ARN is in cn-north-1 of partition aws-cn',
    ],
    [
      'an ARN of something else',
      '{ id: "arn:aws:bedrock:us-east-1:123456789012:guardrail/abc" }',
      'id: This is not the ARN of a model',
    ],
  ])('may not be %s', async (_, models, fault) => {
    const faults = await faultsOf(entry(models), given)
    expect(faults).toHaveLength(1)
    expect(faults[0]).toMatch(/^moho\.yaml:7:\d+ providers\[0\]\.models\[0\]\./)
    expect(faults[0]).toContain(fault)
  })

  test('may not be a region that a VPC endpoint is not in', async () => {
    const vpc =
      'region: us-east-1\n    endpoints: { runtime: "https://vpce-1-a.bedrock-runtime.us-east-1.vpce.amazonaws.com" }'
    const faults = await faultsOf(entry(`{ id: ${sonnet}, region: us-west-2 }`, vpc), given)
    expect(faults[0]).toContain("models[0].region: The entry's VPC endpoint is in us-east-1")
  })
})
