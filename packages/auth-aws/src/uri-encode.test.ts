import { expect, test } from 'vitest'
import { uriEncode } from './uri-encode.ts'

test.each([
  ['anthropic.claude-3-haiku-20240307-v1:0', 'anthropic.claude-3-haiku-20240307-v1%3A0'],
  [
    'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123def456',
    'arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aapplication-inference-profile%2Fabc123def456',
  ],
  ["a!'()*b", 'a%21%27%28%29%2Ab'],
  ['a b%2F', 'a%20b%252F'],
])('%s is encoded', (text, encoded) => {
  expect(uriEncode(text)).toBe(encoded)
  expect(decodeURIComponent(encoded)).toBe(text)
})
