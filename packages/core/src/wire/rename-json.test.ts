import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scanMembers } from './peek-json.ts'
import { renameModel } from './rename-json.ts'
import { spliceMembers } from './splice-json.ts'

const rename = (text: string, to = 'a/b') => renameModel(text, JSON.parse(text).model, to)

describe('another name for the model', () => {
  it.each([
    ['{"model":"x"}', '{"model":"a/b"}'],
    ['{"id":1, "model" :\t"x" ,"y":"ü🙂"}', '{"id":1, "model" :\t"a/b" ,"y":"ü🙂"}'],
    ['{"said":"a \\"model\\": b","model":"x"}', '{"said":"a \\"model\\": b","model":"a/b"}'],
    ['{"model":""}', '{"model":"a/b"}'],
  ])('takes the place of the first: %s', (text, renamed) => {
    expect(rename(text)).toBe(renamed)
  })

  it.each([
    '{"model":"x","other":{"model":"x"}}',
    '{"type":"model","model":"x"}',
    '{"said":"x\\"model","model":"x"}',
    '{"mod\\u0065l":"x","other":{"model":"x"}}',
    '{"model":"a\\/b"}',
    '{"model":"a\\"b"}',
    '{"model":7,"x":"7"}',
    '{"model":null}',
    '{"model":{"a":"b"}}',
  ])('is left to the scan: %s', (text) => {
    expect(rename(text)).toBeUndefined()
  })

  it('is what a splice makes of it, whatever else is there', () => {
    const keys = fc.constantFrom('model', 'id', '"model"', 'a"model', 'usage', '__proto__')
    const value = fc.oneof(fc.constantFrom('model', 'x', '"model":"x"', '\\'), fc.jsonValue({ maxDepth: 2 }))
    const object = fc.dictionary(keys, fc.oneof(value, fc.dictionary(keys, value)))
    const seen = { renamed: 0 }
    fc.assert(
      fc.property(object, fc.string(), fc.constantFrom(undefined, 1, '\t'), (members, to, space) => {
        const text = JSON.stringify({ ...members, model: members.model ?? 'x' }, null, space)
        const renamed = rename(text, to)
        if (renamed === undefined) return
        seen.renamed++
        const spliced = Buffer.from(spliceMembers(Buffer.from(text), { set: { model: to } })).toString()
        // What a scan cannot read for sure is written anew, without its spaces.
        if (scanMembers(Buffer.from(text)) !== undefined) expect(renamed).toBe(spliced)
        expect(JSON.parse(renamed)).toEqual(JSON.parse(spliced))
      }),
      { numRuns: 2000 },
    )
    expect(seen.renamed).toBeGreaterThan(200)
  })
})
