import { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import { BedrockRuntimeClient, InvokeModelWithResponseStreamCommand } from '@aws-sdk/client-bedrock-runtime'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { eventStream, failureType } from './event-stream.ts'
import { counted, event, frameOf, type Header, headerBytes, json, rawFrame, text, uint32 } from './testing/frames.ts'

const hi = '{"contentBlockIndex":0,"delta":{"text":"Hi"},"p":"abcd"}'
const throttled = '{"message":"Too many tokens, please wait before trying again."}'
const chunk = '{"bytes":"eyJ0eXBlIjoibWVzc2FnZV9zdG9wIn0=","p":"abc"}'
const exception = [text(':exception-type', 'throttlingException'), json, text(':message-type', 'exception')]
const error = [text(':error-code', 'InternalError'), text(':error-message', 'boom'), text(':message-type', 'error')]

/** Made by Smithy's own codec. */
const vectors: readonly { name: string; base64: string; made: Buffer; read: readonly [string, string] }[] = [
  {
    name: 'an event',
    base64:
      'AAAAnwAAAFfDe6v/CzpldmVudC10eXBlBwARY29udGVudEJsb2NrRGVsdGENOmNvbnRlbnQtdHlwZQcAEGFwcGxpY2F0aW9uL2pzb24NOm1lc3NhZ2UtdHlwZQcABWV2ZW50eyJjb250ZW50QmxvY2tJbmRleCI6MCwiZGVsdGEiOnsidGV4dCI6IkhpIn0sInAiOiJhYmNkIn3yrOX/',
    made: frameOf(event('contentBlockDelta'), hi),
    read: ['contentBlockDelta', hi],
  },
  {
    name: 'the last event but one',
    base64:
      'AAAAgwAAAFGPCHRJCzpldmVudC10eXBlBwALbWVzc2FnZVN0b3ANOmNvbnRlbnQtdHlwZQcAEGFwcGxpY2F0aW9uL2pzb24NOm1lc3NhZ2UtdHlwZQcABWV2ZW50eyJwIjoiYWIiLCJzdG9wUmVhc29uIjoiZW5kX3R1cm4ifZBW6aQ=',
    made: frameOf(event('messageStop'), '{"p":"ab","stopReason":"end_turn"}'),
    read: ['messageStop', '{"p":"ab","stopReason":"end_turn"}'],
  },
  {
    name: 'an exception',
    base64:
      'AAAAsAAAAGFPUIazDzpleGNlcHRpb24tdHlwZQcAE3Rocm90dGxpbmdFeGNlcHRpb24NOmNvbnRlbnQtdHlwZQcAEGFwcGxpY2F0aW9uL2pzb24NOm1lc3NhZ2UtdHlwZQcACWV4Y2VwdGlvbnsibWVzc2FnZSI6IlRvbyBtYW55IHRva2VucywgcGxlYXNlIHdhaXQgYmVmb3JlIHRyeWluZyBhZ2Fpbi4iffcK5X8=',
    made: frameOf(exception, throttled),
    read: ['failure:throttlingException', throttled],
  },
  {
    name: 'an error',
    base64:
      'AAAAWAAAAEgVRpLBCzplcnJvci1jb2RlBwANSW50ZXJuYWxFcnJvcg46ZXJyb3ItbWVzc2FnZQcABGJvb20NOm1lc3NhZ2UtdHlwZQcABWVycm9y+dpoLQ==',
    made: frameOf(error, ''),
    read: ['failure:InternalError', '{"message":"boom"}'],
  },
  {
    name: 'a chunk of another operation',
    base64:
      'AAAAkQAAAEtoSknRCzpldmVudC10eXBlBwAFY2h1bmsNOmNvbnRlbnQtdHlwZQcAEGFwcGxpY2F0aW9uL2pzb24NOm1lc3NhZ2UtdHlwZQcABWV2ZW50eyJieXRlcyI6ImV5SjBlWEJsSWpvaWJXVnpjMkZuWlY5emRHOXdJbjA9IiwicCI6ImFiYyJ9oa68mg==',
    made: frameOf(event('chunk'), chunk),
    read: ['chunk', chunk],
  },
]

/** What is read of slices, each of which is overwritten once it has been taken. */
function readAll(slices: Iterable<Uint8Array>): (readonly [string, string])[] {
  const read: (readonly [string, string])[] = []
  let ends = 0
  const sink = eventStream({
    frame: (data, name) => void read.push([name, data]),
    end: () => void ends++,
  })
  for (const slice of slices) {
    const bytes = Uint8Array.from(slice)
    sink.chunk(bytes)
    bytes.fill(0)
  }
  sink.end()
  expect(ends).toBe(1)
  return read
}

const fault = (message: string | RegExp = '') =>
  expect.objectContaining({ code: 'upstream_failed', message: expect.stringMatching(message) })

function* cutAt(bytes: Buffer, cuts: readonly number[]): Generator<Buffer> {
  const places = [...cuts.map((cut) => cut % (bytes.byteLength + 1)), bytes.byteLength].sort((a, b) => a - b)
  let from = 0
  for (const to of places) {
    yield bytes.subarray(from, to)
    from = to
  }
}

const bytewise = (bytes: Buffer) => Array.from(bytes, (_, at) => bytes.subarray(at, at + 1))

describe('frames', () => {
  test.each(vectors)('$name', ({ base64, made, read }) => {
    const bytes = Buffer.from(base64, 'base64')
    expect(made).toEqual(bytes)
    expect(readAll([bytes])).toEqual([read])
  })

  test('in one read, and byte by byte', () => {
    const all = Buffer.concat(vectors.map(({ made }) => made))
    const expected = vectors.map(({ read }) => read)
    expect(readAll([all])).toEqual(expected)
    expect(readAll(bytewise(all))).toEqual(expected)
  })

  test('none', () => {
    expect(readAll([])).toEqual([])
    expect(readAll([Buffer.alloc(0)])).toEqual([])
  })

  test('a large one byte by byte, in no more than linear time', () => {
    const payload = 'x'.repeat(1_000_000)
    expect(readAll(bytewise(frameOf(event('a'), payload)))).toEqual([['a', payload]])
  })

  test('a failure is told from an event, whatever it is called', () => {
    expect(failureType('failure:throttlingException')).toBe('throttlingException')
    expect(failureType('failure:')).toBe('')
    expect(failureType('contentBlockDelta')).toBeUndefined()
    const nameless = [exception, error].map((headers) => frameOf(headers.slice(1), '{}'))
    expect(readAll(nameless).map(([name]) => failureType(name))).toEqual(['', ''])
  })
})

const word = fc.stringMatching(/^[a-zA-Z]{1,20}$/)
const payload = fc.string({ unit: 'binary', maxLength: 60 })
/** Headers of every type, which mean nothing. */
const strange = fc
  .record({ name: word, type: fc.integer({ min: 0, max: 9 }), bytes: fc.uint8Array({ minLength: 16, maxLength: 40 }) })
  .map(({ name, type, bytes }): Header => {
    const fixed = [0, 0, 1, 2, 4, 8, undefined, undefined, 8, 16][type]
    return [name, type, fixed === undefined ? counted(Buffer.from(bytes)) : Buffer.from(bytes.subarray(0, fixed))]
  })
const anyFrame = fc
  .record({ type: fc.oneof(fc.constantFrom('a', 'b'), word), payload, strange: fc.array(strange, { maxLength: 4 }) })
  .chain(({ type, payload, strange }) =>
    fc.shuffledSubarray([...event(type), ...strange], { minLength: 3 + strange.length }).map((headers) => ({
      bytes: frameOf(headers, payload),
      read: [type, payload] as const,
    })),
  )

test('any frames, cut anywhere, are read as they were sent', () => {
  fc.assert(
    fc.property(fc.array(anyFrame, { maxLength: 6 }), fc.array(fc.nat(), { maxLength: 12 }), (frames, cuts) => {
      const bytes = Buffer.concat(frames.map(({ bytes }) => bytes))
      const expected = frames.map(({ read }) => read)
      expect(readAll(cutAt(bytes, cuts))).toEqual(expected)
      expect(readAll(bytewise(bytes))).toEqual(expected)
    }),
    { numRuns: 300 },
  )
})

test('any frames are read as the AWS SDK reads them', async () => {
  const piece = fc.record({ bytes: fc.base64String({ maxLength: 40 }), p: fc.string() })
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 5 }), fc.array(fc.nat(), { maxLength: 8 }), async (pieces, cuts) => {
      const bytes = Buffer.concat(pieces.map((piece) => frameOf(event('chunk'), JSON.stringify(piece))))
      const client = new BedrockRuntimeClient({
        region: 'us-east-1',
        credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
        requestHandler: {
          handle: async () => ({
            response: {
              statusCode: 200,
              headers: { 'content-type': 'application/vnd.amazon.eventstream' },
              body: Readable.from([...cutAt(bytes, cuts)].filter(({ byteLength }) => byteLength > 0)),
            },
          }),
        },
      })
      const { body = [] } = await client.send(new InvokeModelWithResponseStreamCommand({ modelId: 'm', body: '{}' }))
      const theirs: string[] = []
      for await (const part of body) theirs.push(Buffer.from(part.chunk?.bytes ?? []).toString('hex'))
      const ours = readAll(cutAt(bytes, cuts)).map(([, data]) =>
        Buffer.from(JSON.parse(data).bytes, 'base64').toString('hex'),
      )
      expect(ours).toEqual(theirs)
    }),
    { numRuns: 50 },
  )
})

describe('faults', () => {
  test.each(vectors)('any flipped bit of $name', ({ made }) => {
    for (let bit = 0; bit < made.byteLength * 8; bit++) {
      const bytes = Buffer.from(made)
      bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
      expect(() => readAll([bytes])).toThrow(fault(/checksum/))
      expect(() => readAll([bytes.subarray(0, 5), bytes.subarray(5)])).toThrow(fault(/checksum/))
    }
  })

  test('an end inside of a frame, wherever', () => {
    const [first, second] = vectors.map(({ made }) => made) as [Buffer, Buffer]
    for (let at = 1; at < second.byteLength; at++) {
      const bytes = Buffer.concat([first, second.subarray(0, at)])
      expect(() => readAll([bytes])).toThrow(fault(/broke off/))
      expect(() => readAll(bytewise(bytes))).toThrow(fault(/broke off/))
    }
  })

  const prelude = (total: number, headers: number) => {
    const lengths = Buffer.concat([uint32(total), uint32(headers)])
    return Buffer.concat([lengths, uint32(crc32(lengths))])
  }
  test.each([
    ['no room for its own overhead', 15, 0, /contradict/],
    ['no length at all', 0, 0, /contradict/],
    ['headers that do not fit', 100, 85, /contradict/],
    ['headers above the limit', 200_000, 128 * 1024 + 1, /larger/],
    ['a payload above the limit', 16 + 24 * 1024 * 1024 + 1, 0, /larger/],
    ['the largest number', 0xffff_ffff, 100, /larger/],
  ])('%s, before anything of it has come', (_, total, headers, message) => {
    const sink = eventStream({ frame() {}, end() {} })
    const bytes = prelude(total, headers)
    sink.chunk(bytes.subarray(0, 11))
    expect(() => sink.chunk(bytes.subarray(11))).toThrow(fault(message))
  })

  test('the largest headers and payload that are allowed are none', () => {
    const filler: Header = ['x', 6, counted(Buffer.alloc(65_000))]
    const payload = 'x'.repeat(24 * 1024 * 1024)
    const [read] = readAll([frameOf([...event('a'), filler, filler], payload)])
    expect(read?.[0]).toBe('a')
    expect(read?.[1].length).toBe(payload.length)
  })

  const cutHeader = headerBytes(event('a')).subarray(0, -1)
  test.each([
    ['a page', Buffer.from('<html><body>Bad gateway</body></html>'), /checksum/],
    ['no headers', rawFrame(Buffer.alloc(0), Buffer.alloc(0)), /unknown kind/],
    ['a kind that is new', frameOf([text(':message-type', 'ping')], ''), /unknown kind/],
    ['an event without a type', frameOf([text(':message-type', 'event')], ''), /unknown kind/],
    ['a header of a type that is new', frameOf([...event('a'), ['b', 10, Buffer.alloc(4)]], ''), /unknown type/],
    ['a header that is cut off', rawFrame(cutHeader, Buffer.alloc(0)), /cut off/],
    ['a payload that is not UTF-8', rawFrame(headerBytes(event('a')), Buffer.from([0x22, 0xc3, 0x22])), /UTF-8/],
  ])('%s, kept for the log', (_, bytes, message) => {
    expect(() => readAll([bytes])).toThrow(fault(message))
    expect(() => readAll([bytes])).toThrow(
      expect.objectContaining({ cause: { text: expect.stringMatching(/^[0-9a-f]*$/) } }),
    )
  })

  test('the sign for what is not UTF-8 may be sent as such', () => {
    expect(readAll([frameOf(event('a'), '"\ufffd"')])).toEqual([['a', '"\ufffd"']])
  })
})
