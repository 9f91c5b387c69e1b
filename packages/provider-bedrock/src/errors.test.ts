import { errorCodes } from '@moho/core'
import { describe, expect, test } from 'vitest'
import { readBedrockRefusal, scrub } from './errors.ts'

const date = 'Tue, 24 Nov 2026 06:00:00 GMT'
const namespace = ':http://internal.amazon.com/coral/com.amazon.bedrock/'

function read(status: number, name: string, body: string | object, modelId = 'vendor.model') {
  const headers = { date, ...(name !== '' && { 'x-amzn-errortype': name }) }
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return readBedrockRefusal(modelId, 'us-east-1')({ status, headers, text })
}

/** As the service says it. */
const says = (status: number, name: string, message: string, modelId?: string) =>
  read(status, name + namespace, { message }, modelId)

describe('exceptions', () => {
  test.each([
    [400, 'ValidationException', 'No.', 'invalid_request'],
    [400, 'ValidationException', 'Input is too long for requested model.', 'context_length_exceeded'],
    [
      400,
      'ValidationException',
      'The model returned the following errors: prompt is too long: 210000 tokens > 200000 maximum',
      'context_length_exceeded',
    ],
    [
      400,
      'ValidationException',
      'The maximum tokens you requested exceeds the model limit of 4096. Try again with a maximum tokens value that is lower than 4096.',
      'invalid_request',
    ],
    [400, 'ValidationException', 'The provided model identifier is invalid.', 'model_not_found'],
    [
      400,
      'ValidationException',
      'Invocation of model ID x with on-demand throughput isn’t supported. Retry …',
      'invalid_request',
    ],
    [400, 'ValidationException', "This model doesn't support tool use.", 'unsupported'],
    [400, 'ValidationException', 'The model returned the following errors: Internal server error', 'upstream_failed'],
    [400, 'ServiceQuotaExceededException', 'Quota.', 'rate_limited'],
    [400, 'ConflictException', 'Conflict.', 'conflict'],
    [
      403,
      'AccessDeniedException',
      "You don't have access to the model with the specified model ID.",
      'upstream_auth_failed',
    ],
    [404, 'ResourceNotFoundException', 'This model version has reached the end of its life.', 'model_not_found'],
    [408, 'ModelTimeoutException', 'Slow.', 'upstream_timeout'],
    [424, 'ModelErrorException', 'Broken.', 'upstream_failed'],
    [424, 'ModelStreamErrorException', 'Broken.', 'upstream_failed'],
    [429, 'ThrottlingException', 'Too many tokens, please wait before trying again.', 'rate_limited'],
    [429, 'ModelNotReadyException', 'Not ready.', 'overloaded'],
    [500, 'InternalServerException', 'Oops.', 'upstream_failed'],
    [503, 'ServiceUnavailableException', 'Bedrock is unable to process your request.', 'overloaded'],
    [404, 'UnknownOperationException', '', 'upstream_failed'],
    [400, 'SomethingNewException', 'New.', 'invalid_request'],
    [418, 'constructor', 'New.', 'invalid_request'],
  ])('%i %s %j → %s', (status, name, message, code) => {
    const { error, refused } = says(status, name, message)
    expect(error.code).toBe(code)
    expect(refused).toBeUndefined()
  })

  test.each([
    [200, 'upstream_failed'],
    [301, 'upstream_failed'],
    [400, 'invalid_request'],
    [401, 'upstream_auth_failed'],
    [403, 'upstream_auth_failed'],
    [404, 'model_not_found'],
    [408, 'upstream_timeout'],
    [413, 'too_large'],
    [429, 'rate_limited'],
    [500, 'upstream_failed'],
    [502, 'upstream_failed'],
    [503, 'overloaded'],
    [504, 'upstream_timeout'],
    [529, 'overloaded'],
  ])('%i without a name → %s', (status, code) => {
    for (const body of ['', '<html><h1>Sorry</h1></html>', 'null', '[]', '{"message":5}']) {
      const { error } = read(status, '', body)
      expect(error.code).toBe(code)
      expect(error.message).not.toMatch(/html|null|5$/)
      expect(error.message).toMatch(/\.$/)
    }
  })

  test.each([
    [400, 'invalid_request'],
    [408, 'upstream_timeout'],
    [429, 'rate_limited'],
    [503, 'upstream_failed'],
  ])('a model that answered %i itself → %s', (originalStatusCode, code) => {
    expect(read(424, 'ModelErrorException', { message: 'm', originalStatusCode }).error.code).toBe(code)
  })
})

describe('the name of an exception', () => {
  test.each([
    ['in the header', 'ThrottlingException', {}],
    ['with a URL', `ThrottlingException${namespace}`, {}],
    ['with a namespace', 'com.amazon.bedrock#ThrottlingException', {}],
    ['in `code`', '', { code: 'ThrottlingException' }],
    ['in `__type`', '', { __type: 'com.amazon.coral.service#ThrottlingException' }],
    ['in the header first', 'ThrottlingException', { code: 'ValidationException' }],
  ])('%s', (_, name, body) => {
    expect(read(400, name, { message: 'm', ...body }).error.code).toBe('rate_limited')
  })
})

describe('messages', () => {
  test.each([
    ['as they are', { message: 'Bad tool.' }, 'Bad tool.'],
    ['with a capital', { Message: 'Bad tool.' }, 'Bad tool.'],
    [
      'out of JSON in a text',
      { message: 'The model returned the following errors: {"error":{"code":"x","message":"Bad tool."}}' },
      'Bad tool.',
    ],
    [
      'out of JSON in JSON',
      { message: JSON.stringify({ message: JSON.stringify({ error: 'Bad tool.' }) }) },
      'Bad tool.',
    ],
    ['with a brace that is no JSON', { message: 'Bad {tool}.' }, 'Bad {tool}.'],
  ])('%s', (_, body, said) => {
    expect(read(400, 'ValidationException', body).error.message).toBe(`Bedrock refused the request: ${said}`)
  })

  test('are bounded, and the whole is in the cause', () => {
    const { error } = says(400, 'ValidationException', 'x'.repeat(50_000))
    expect(error.message.length).toBeLessThan(2000)
    expect(String(error.cause).length).toBeGreaterThan(10_000)
    expect(String(error.cause).length).toBeLessThan(20_000)
  })

  test('name the inference profiles of a model that has no on-demand throughput', () => {
    const message = 'Invocation of model ID x with on-demand throughput isn’t supported. Retry your request with …'
    const known = says(400, 'ValidationException', message, 'anthropic.claude-sonnet-4-5-20250929-v1:0').error.message
    expect(known).toContain('us.anthropic.claude-sonnet-4-5-20250929-v1:0')
    expect(known).toContain('global.anthropic.claude-sonnet-4-5-20250929-v1:0')
    expect(says(400, 'ValidationException', message).error.message).toContain('inference profile')
  })

  test('pass on how long to wait', () => {
    const refusal = { status: 429, headers: { 'retry-after': '3' }, text: '' }
    expect(readBedrockRefusal('m', 'us-east-1')(refusal).error.retryAfterMs).toBe(3000)
  })
})

describe('what to do', () => {
  const sonnet = 'anthropic.claude-sonnet-4-5-20250929-v1:0'

  test.each([
    ['’', sonnet, 'us-east-1', `Use one of its inference profiles: global.${sonnet}, us.${sonnet}.`],
    ["'", sonnet, 'eu-west-1', `Use one of its inference profiles: global.${sonnet}, eu.${sonnet}.`],
    ['’', `arn:aws:bedrock:ap-northeast-1::foundation-model/${sonnet}`, 'ap-northeast-1', `jp.${sonnet}.`],
    ['’', 'vendor.model', 'us-east-1', 'Use the id or ARN of an inference profile that has it.'],
    [
      '’',
      'meta.llama3-3-70b-instruct-v1:0',
      'eu-west-1',
      'In other regions there are: its own id in us-east-2, us.meta.llama3-3-70b-instruct-v1:0.',
    ],
  ])('without on-demand throughput, with %s: %s in %s', (apostrophe, id, region, advice) => {
    const text = JSON.stringify({
      message: `Invocation of model ID ${id} with on-demand throughput isn${apostrophe}t supported. Retry your request with the ID or ARN of an inference profile that contains this model.`,
    })
    const headers = { 'x-amzn-errortype': `ValidationException${namespace}` }
    const { error } = readBedrockRefusal(id, region)({ status: 400, headers, text })
    expect(error).toMatchObject({ code: 'invalid_request', retry: 'never', message: expect.stringContaining(advice) })
  })

  test.each([
    ['us-east-1', `jp.${sonnet}`, `It may have global.${sonnet}, us.${sonnet}.`],
    // As Bedrock Mantle spells it.
    ['us-east-1', 'openai.gpt-oss-120b', 'It may have openai.gpt-oss-120b-1:0.'],
    ['us-east-1', 'vendor.model', 'moho discover lists those that the account can call.'],
    [
      'us-east-1',
      'us.vendor.model',
      'An inference profile works only in the regions of its geography. moho discover lists those that the account can call.',
    ],
    ['us-east-1', 'OpenAI.GPT-oss-120b-1:0', 'It may have openai.gpt-oss-120b-1:0.'],
    ['sa-east-1', 'us.meta.llama3-3-70b-instruct-v1:0', 'It may have this model in other regions.'],
  ])('with an identifier that is not valid in %s: %s', (region, id, advice) => {
    const text = JSON.stringify({ message: 'The provided model identifier is invalid.' })
    const headers = { 'x-amzn-errortype': `ValidationException${namespace}` }
    const { error } = readBedrockRefusal(id, region)({ status: 400, headers, text })
    expect(error).toMatchObject({
      code: 'model_not_found',
      message: `Bedrock in ${region} has no model ${id}. ${advice}`,
    })
  })

  test('once a quota is used up, only another model or account helps', () => {
    expect(says(429, 'ThrottlingException', 'Too many tokens per day, please wait.').error.retry).toBe('elsewhere')
    expect(says(429, 'ThrottlingException', 'Too many tokens, please wait.').error.retry).toBe('again')
    expect(says(400, 'ServiceQuotaExceededException', 'Quota.').error.retry).toBe('elsewhere')
  })
})

describe('OpenAI’s API of the runtime', () => {
  const told = (status: number, error: object) =>
    readBedrockRefusal('m', 'us-east-1')({ status, headers: {}, text: JSON.stringify({ error }) }).error

  test.each([
    [404, "The model doesn't exist or doesn't support this API", 'model_not_found', '`path: converse`'],
    [400, 'Application inference profiles are not supported by this API', 'unsupported', '`path: converse`'],
    [
      400,
      'Function tools with reasoning_effort are not supported for openai.gpt-5.6-sol in /v1/chat/completions. To use function tools, use /v1/responses or set reasoning_effort to ‘none’.',
      'unsupported',
      '`path: converse`',
    ],
    [400, "This model's maximum context length is 128000 tokens.", 'context_length_exceeded', 'maximum context'],
    [400, "Unsupported parameter: 'top_p' is not supported with this model.", 'unsupported', "'top_p'"],
    [429, 'Rate limit reached.', 'rate_limited', 'Rate limit reached.'],
    [500, 'Oops.', 'upstream_failed', 'Oops.'],
    [503, 'Busy.', 'overloaded', 'Busy.'],
  ])('%i %s', (status, message, code, advice) => {
    expect(told(status, { message, type: 't', param: 'messages', code: 'validation_error' })).toMatchObject({
      code,
      param: 'messages',
      message: expect.stringContaining(advice),
    })
  })
})

describe('for managers', () => {
  const denied = (
    modelId: string,
    message = 'User: arn:aws:iam::123456789012:user/bob is not authorized to perform: bedrock:InvokeModelWithResponseStream on resource: arn:aws:bedrock:us-west-2::foundation-model/m',
  ) => says(403, 'AccessDeniedException', message, modelId).error.forManagers

  test('a denied profile names itself and the model in each of its regions', () => {
    const told = denied('us.anthropic.claude-sonnet-4-5-20250929-v1:0')
    expect(told).toContain('AWS refused it on arn:aws:bedrock:us-west-2::foundation-model/m.')
    expect(told).toContain('Allow bedrock:InvokeModelWithResponseStream on ')
    expect(told).toContain(
      'arn:aws:bedrock:us-east-1:ACCOUNT:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    )
    for (const region of ['us-east-1', 'us-east-2', 'us-west-2'])
      expect(told).toContain(`arn:aws:bedrock:${region}::foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0`)
    expect(told).toContain('service control policy')
  })

  test.each([
    [
      'anthropic.claude-3-haiku-20240307-v1:0',
      'Allow bedrock:InvokeModel on arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0.',
    ],
    [
      'arn:aws:bedrock:us-east-1:123456789012:imported-model/abc123def456',
      'Allow bedrock:InvokeModel on arn:aws:bedrock:us-east-1:123456789012:imported-model/abc123def456.',
    ],
    [
      'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123def456',
      'application-inference-profile/abc123def456, arn:aws:bedrock:*::foundation-model/*.',
    ],
    [
      'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.meta.llama3-3-70b-instruct-v1:0',
      'on arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.meta.llama3-3-70b-instruct-v1:0, arn:aws:bedrock:us-east-1::foundation-model/meta.llama3-3-70b-instruct-v1:0, ',
    ],
    [
      'global.anthropic.claude-sonnet-4-5-20250929-v1:0',
      'arn:aws:bedrock:::foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0. In the last one the region is empty: a condition or a service control policy on aws:RequestedRegion must let "unspecified" through.',
    ],
  ])('%s', (id, told) => {
    expect(denied(id, 'No.')).toContain(told)
  })

  test('the model behind an application profile is named with it', () => {
    const id = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123def456'
    const headers = { 'x-amzn-errortype': `AccessDeniedException${namespace}` }
    const refusal = { status: 403, headers, text: '{"message":"No."}' }
    const { error } = readBedrockRefusal(id, 'us-east-1', 'us.meta.llama3-3-70b-instruct-v1:0')(refusal)
    for (const region of ['us-east-1', 'us-east-2', 'us-west-2'])
      expect(error.forManagers).toContain(`arn:aws:bedrock:${region}::foundation-model/meta.llama3-3-70b-instruct-v1:0`)
    expect(error.forManagers).toContain(id)
  })

  test('what no policy on the model mends names none', () => {
    const subscribe =
      'Model access is denied due to IAM user or service role is not authorized to perform the required AWS Marketplace actions (aws-marketplace:ViewSubscriptions, aws-marketplace:Subscribe)'
    expect(denied('vendor.model', subscribe)).toBeUndefined()
    expect(denied('vendor.model', 'Model access is denied due to INVALID_PAYMENT_INSTRUMENT')).toBeUndefined()
    const bearer = 'User: x is not authorized to perform: bedrock:CallWithBearerToken on resource: *'
    expect(denied('vendor.model', bearer)).toBe('Allow bedrock:CallWithBearerToken on *.')
  })

  test('callers are told none of it', () => {
    const { message } = says(
      403,
      'AccessDeniedException',
      'No.',
      'arn:aws:bedrock:us-east-1:123456789012:imported-model/abc',
    ).error
    expect(message).not.toMatch(/arn:|123456789012/)
  })
})

describe('credentials', () => {
  const clock = { why: 'clock', serverTime: Date.parse(date) }

  test.each([
    [403, 'ExpiredTokenException', 'The security token included in the request is expired', { why: 'expired' }],
    [400, 'ExpiredTokenException', '', { why: 'expired' }],
    [403, 'AccessDeniedException', 'The security token included in the request is expired', { why: 'expired' }],
    [403, 'UnrecognizedClientException', 'The security token included in the request is invalid.', { why: 'invalid' }],
    [403, 'InvalidClientTokenId', 'No.', { why: 'invalid' }],
    [
      403,
      'InvalidSignatureException',
      'The request signature we calculated does not match the signature you provided.',
      { why: 'invalid' },
    ],
    [
      403,
      'InvalidSignatureException',
      "Credential should be scoped to correct service: 'bedrock'.",
      { why: 'invalid' },
    ],
    [
      403,
      'InvalidSignatureException',
      'Signature expired: 20261124T050000Z is now earlier than 20261124T055500Z',
      clock,
    ],
    [403, 'InvalidSignatureException', 'Signature not yet current: 20261124T070000Z is still later than …', clock],
    [400, 'RequestExpired', '', clock],
    [403, 'MissingAuthenticationTokenException', 'Missing Authentication Token', { why: 'invalid' }],
    [400, 'IncompleteSignature', 'No.', { why: 'invalid' }],
    [
      403,
      'AccessDeniedException',
      'Authentication failed: Please make sure your API Key is valid.',
      { why: 'invalid' },
    ],
    [
      403,
      'AccessDeniedException',
      'User: arn:aws:iam::123456789012:user/bob is not authorized to perform: bedrock:InvokeModel on resource: x',
      undefined,
    ],
    [401, '', '', undefined],
  ])('%i %s %j → %j', (status, name, message, why) => {
    const { error, refused } = says(status, name, message)
    expect(error.code).toBe('upstream_auth_failed')
    // The caller's own key is fine.
    expect([401, 403]).not.toContain(errorCodes[error.code].status)
    expect(refused).toEqual(why)
  })

  const user = 'arn:aws:sts::123456789012:assumed-role/secret-role/bob'
  const resource = 'arn:aws:bedrock:us-west-2:123456789012:inference-profile/us.x'

  test('a missing permission is told by its action', () => {
    const message = `User: ${user} is not authorized to perform: bedrock:InvokeModel on resource: ${resource} because no identity-based policy allows the bedrock:InvokeModel action`
    const { error } = says(403, 'AccessDeniedException', message)
    expect(error.message).toContain('bedrock:InvokeModel')
    expect(error.message).toContain('IAM policy')
    expect(error.message).not.toMatch(/arn:|123456789012|bob|secret-role|us-west-2/)
    expect(error.cause).toContain(user)
  })

  test('an explicit deny is told as one', () => {
    const message = `User: ${user} is not authorized to perform: bedrock:InvokeModel on resource: ${resource} with an explicit deny in a service control policy`
    expect(says(403, 'AccessDeniedException', message).error.message).toContain(
      'explicit deny in a service control policy',
    )
  })

  test.each([
    [`In ${resource}.`, 'In arn:aws:bedrock:us-west-2:(account):inference-profile/us.x.'],
    [`By ${user}, who`, 'By (an AWS identity), who'],
    ['Account 123456789012.', 'Account (account).'],
    ['Key AKIAIOSFODNN7EXAMPLE.', 'Key (access key).'],
    ['At 1732428000000, 200000 tokens', 'At 1732428000000, 200000 tokens'],
  ])('%s', (text, scrubbed) => {
    expect(scrub(text)).toBe(scrubbed)
    expect(says(404, 'ResourceNotFoundException', text).error.message).toContain(scrubbed)
  })
})

test('the account of an ARN that was called is not told', () => {
  const arn = 'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.x'
  const { error } = says(400, 'ValidationException', 'The provided model identifier is invalid.', arn)
  expect(error.message).toContain('inference-profile/us.x')
  expect(error.message).not.toContain('123456789012')
})
