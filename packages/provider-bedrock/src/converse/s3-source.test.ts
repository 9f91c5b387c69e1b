import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkS3Source } from './s3-source.ts'

const codeOf = (uri: string, ...sources: string[]) => {
  try {
    return checkS3Source(uri, sources, 'p')
  } catch (error) {
    return error as { code: string; param: string; message: string }
  }
}

describe('may be named', () => {
  test.each([
    ['s3://bucket/a.png', 'bucket', 'a.png'],
    ['s3://bucket/a/b c/d.png', 'bucket', 'a/b c/d.png'],
    ['s3://bucket/docs/a.png', 'bucket/docs', 'docs/a.png'],
    ['s3://bucket/docs/x/y/a.png', 'bucket/docs/x', 'docs/x/y/a.png'],
    ['s3://bucket/docs/a.png', 'bucket/docs/a.png', 'docs/a.png'],
    ['s3://bucket/docs/', 'bucket/docs', 'docs/'],
    ['s3://bucket/docs//a', 'bucket/docs', 'docs//a'],
    ['s3://bucket/..a/.b/c..', 'bucket', '..a/.b/c..'],
    ['s3://my.bucket-1/é%2F.png', 'my.bucket-1', 'é%2F.png'],
    ['s3://bucket/a?b#c', 'bucket', 'a?b#c'],
  ])('%s with %s', (uri, source, key) => {
    expect(codeOf(uri, source)).toBe(key)
    expect(codeOf(uri, 'other', source)).toBe(key)
  })
})

describe('may not be named', () => {
  test.each([
    ['s3://bucket-evil/a.png', 'bucket'],
    ['s3://evil.bucket/a.png', 'bucket'],
    ['s3://bucket/docs2/x', 'bucket/docs'],
    ['s3://bucket/docs-x', 'bucket/docs'],
    ['s3://bucket/doc', 'bucket/docs'],
    ['s3://bucket/Docs/x', 'bucket/docs'],
    ['s3://bucket/docs%2Fx', 'bucket/docs'],
    ['s3://bucket/%64ocs/x', 'bucket/docs'],
    ['s3://bucket//docs/x', 'bucket/docs'],
    ['s3://bucket/bucket/docs/x', 'bucket/docs'],
    ['s3://docs/x', 'bucket/docs'],
  ])('%s with %s', (uri, source) => {
    expect(codeOf(uri, source)).toMatchObject({ code: 'unsupported', param: 'p' })
  })

  test('anything, where the entry names nothing', () => {
    expect(codeOf('s3://bucket/a.png')).toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('`s3Sources`'),
    })
    expect(() => checkS3Source('s3://bucket/a.png', undefined, 'p')).toThrow(
      expect.objectContaining({ code: 'unsupported' }),
    )
  })
})

test.each([
  's3://bucket',
  's3://bucket/',
  's3:///a.png',
  's3:/bucket/a.png',
  's3:bucket/a.png',
  'S3://bucket/a.png',
  's3://Bucket/a.png',
  's3://bu/a.png',
  's3://-bucket/a.png',
  's3://bucket-/a.png',
  's3://bu..cket/a.png',
  's3://user@bucket/a.png',
  's3://bucket:443/a.png',
  's3://arn:aws:s3:us-east-1:123456789012:accesspoint/a/b',
  's3://bucket/docs/../secret/a.png',
  's3://bucket/..',
  's3://bucket/docs/..',
  's3://bucket/docs/./a',
  's3://bucket/a\nb',
  's3://bucket/a\0b',
  's3://bucket/a\x7f',
  `s3://${'b'.repeat(64)}/a`,
  `s3://bucket/${'a'.repeat(1025)}`,
  `s3://bucket/${'é'.repeat(600)}`,
])('%j is no address', (uri) => {
  expect(codeOf(uri, 'bucket', 'Bucket', 'bu', 'docs')).toMatchObject({ code: 'invalid_request', param: 'p' })
})

test('nothing outside the folder, however it is written', () => {
  const word = fc.oneof(fc.constantFrom('docs', 'docs2', 'Docs', '..', '.', '', '%2e%2e', '\\', '*'), fc.string())
  fc.assert(
    fc.property(fc.array(word, { maxLength: 6 }), (words) => {
      const key = codeOf(`s3://bucket/${words.join('/')}`, 'bucket/docs')
      if (typeof key !== 'string') return
      expect(key === 'docs' || key.startsWith('docs/')).toBe(true)
      expect(key.split('/').some((segment) => segment === '..')).toBe(false)
    }),
  )
})
