import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bodyBytes } from './body-bytes.ts'
import type { ContentBlock, ConverseRequest, Source, ToolResultContentBlock } from './wire.ts'
import { readInput, writtenAs } from './written-inputs.ts'

const bytes = fc.oneof(
  fc.base64String({ maxLength: 40 }),
  fc.nat(3).map((index) => 'ABCD'.charAt(index).repeat(20_000)),
)
const source = fc.oneof<fc.Arbitrary<Source>[]>(
  bytes.map((bytes) => ({ bytes })),
  fc.constant({ s3Location: { uri: 's3://bucket/key' } }),
)
const file = fc.oneof<fc.Arbitrary<ToolResultContentBlock>[]>(
  source.map((source) => ({ image: { format: 'png', source } })),
  source.map((source) => ({ document: { format: 'pdf', name: 'ä "a"', source } })),
  fc.string({ unit: 'binary' }).map((text) => ({ text })),
)
const block = fc.oneof<fc.Arbitrary<ContentBlock>[]>(
  file,
  source.map((source) => ({ audio: { format: 'wav', source } })),
  fc
    .tuple(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), fc.constantFrom('', '  '))
    .map(([value, indent]) => readInput(JSON.stringify(value, null, indent)) ?? {})
    .map((input) => ({ toolUse: { toolUseId: 'a', name: 'f', input } })),
  fc.array(file, { maxLength: 3 }).map((content) => ({ toolResult: { toolUseId: 'a', content } })),
)

test('say what the body says, and the body stays as it is', () => {
  const content = fc.array(block, { maxLength: 4 })
  const bodies = fc
    .array(content, { maxLength: 3 })
    .map((all): ConverseRequest => ({ messages: all.map((content) => ({ role: 'user', content })) }))
  fc.assert(
    fc.property(bodies, (body) => {
      const json = JSON.stringify(body)
      const sent = Buffer.from(bodyBytes(body)).toString()
      expect(JSON.parse(sent)).toEqual(JSON.parse(json))
      // What is written by hand is written as it came.
      for (const { content } of body.messages)
        for (const block of content)
          if ('toolUse' in block) expect(sent).toContain(`"input":${writtenAs(block.toolUse.input) ?? '{'}`)
      expect(JSON.stringify(body)).toBe(json)
    }),
  )
})
