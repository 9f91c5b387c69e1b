import { describe, expect, test } from 'vitest'
import { readBedrockFailure } from './errors.ts'

const read = (type: string, body: string | object, modelId = 'vendor.model') =>
  readBedrockFailure(modelId, 'us-east-1', 'r-1')(type, typeof body === 'string' ? body : JSON.stringify(body))

describe('failures inside a stream', () => {
  test.each([
    ['internalServerException', { message: 'Oops.' }, 'upstream_failed'],
    ['modelStreamErrorException', { message: 'Broken.' }, 'upstream_failed'],
    ['modelStreamErrorException', { message: 'm', originalStatusCode: 500 }, 'upstream_failed'],
    ['modelStreamErrorException', { message: 'm', originalStatusCode: 429 }, 'rate_limited'],
    ['modelStreamErrorException', { message: 'm', originalStatusCode: 408 }, 'upstream_timeout'],
    ['modelStreamErrorException', { message: 'm', originalStatusCode: 400 }, 'invalid_request'],
    ['validationException', { message: 'No.' }, 'invalid_request'],
    ['validationException', { message: 'Input is too long for requested model.' }, 'context_length_exceeded'],
    ['validationException', { message: 'Internal server error' }, 'upstream_failed'],
    ['throttlingException', { message: 'Too many tokens, please wait before trying again.' }, 'rate_limited'],
    ['serviceUnavailableException', { message: 'Bedrock is unable to process your request.' }, 'overloaded'],
    ['modelTimeoutException', { message: 'Slow.' }, 'upstream_timeout'],
    ['modelNotReadyException', {}, 'overloaded'],
    ['accessDeniedException', { message: 'No.' }, 'upstream_auth_failed'],
    [
      'expiredTokenException',
      { message: 'The security token included in the request is expired' },
      'upstream_auth_failed',
    ],
    // As errors that the service's model does not have are called.
    ['InternalError', { message: 'boom' }, 'upstream_failed'],
    ['ThrottlingException', { message: 'm' }, 'rate_limited'],
    ['com.amazon.bedrock#ThrottlingException', '', 'rate_limited'],
    ['somethingNewException', { message: 'New.' }, 'upstream_failed'],
    ['constructor', {}, 'upstream_failed'],
    ['', '', 'upstream_failed'],
    ['throttlingException', '<html></html>', 'rate_limited'],
  ])('%s %j → %s', (type, body, code) => {
    const error = read(type, body)
    expect(error.code).toBe(code)
    expect(error.message).toMatch(/\.$|: (m|boom|Internal server error)$/)
    expect(error.message).not.toMatch(/undefined|html/)
  })

  test('say what was said, and of the model’s own words those that there are', () => {
    expect(read('throttlingException', { message: 'Too many tokens.' }).message).toMatch(/: Too many tokens\.$/)
    expect(read('modelStreamErrorException', { originalMessage: 'Overheated.' }).message).toBe(
      'The model failed: Overheated.',
    )
  })

  test('are scrubbed and bounded as others are, and whole in the cause', () => {
    const user = 'arn:aws:sts::123456789012:assumed-role/secret-role/bob'
    const error = read('internalServerException', { message: `${user} ${'x'.repeat(50_000)}` })
    expect(error.message).not.toContain('bob')
    expect(error.message.length).toBeLessThan(2000)
    expect(error.cause).toContain(user)
    expect(error.cause).toMatch(/^in the stream: InternalServerException \(request r-1\)/)
    expect(String(error.cause).length).toBeLessThan(20_000)
  })
})
