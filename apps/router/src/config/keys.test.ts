// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is how a config refers to the environment
import { describe, expect, test } from 'vitest'
import { faultsOf, load } from './testing/acme.ts'

const providers = `providers:
  - { id: one, type: acme, auth: { type: ambient }, models: [{ id: acme.large-v1:0, name: large }] }
  - { id: two, type: acme, auth: { type: ambient } }
`
/** Keys begin in line 5. */
const keys = (...items: readonly string[]) => `${providers}keys:\n${items.map((item) => `  - ${item}\n`).join('')}`
const key = 'key: 0123456789-abcdef'

describe('keys', () => {
  test.each([
    ['too short', [`{ name: ci, key: ABCDEFGHIJKLMNO }`], ['5:17 keys[0].key: must have at least 16 characters']],
    [
      'white space',
      [`{ name: ci, key: "0123456789 abcdefg" }`],
      ['5:17 keys[0].key: must be of letters, digits and signs of ASCII, without white space'],
    ],
    [
      'a number',
      [`{ name: ci, key: 1234567890123456 }`],
      ['5:17 keys[0].key: must be text, not a number; put it in quotes'],
    ],
    [
      'missing and unknown members',
      [`{ nme: ci, kye: x }`],
      [
        '5:5 keys[0].name: is missing',
        '5:5 keys[0].key: is missing',
        '5:7 keys[0].nme: unknown member; did you mean "name"?',
        '5:16 keys[0].kye: unknown member; did you mean "key"?',
      ],
    ],
    [
      'the same name, the same key',
      [`{ name: ci, ${key} }`, `{ name: b, ${key} }`, `{ name: ci, key: abcdefghijklmnopq }`],
      [
        '6:16 keys[1].key: is the same as keys[0].key; each has its own',
        '7:7 keys[2].name: is the same as keys[0].name; each has its own',
      ],
    ],
    [
      'two unset variables',
      ['{ name: a, key: ${NO_KEY} }', '{ name: b, key: ${NO_KEY} }'],
      ['5:21', '6:21'].map(
        (at, index) =>
          `${at} keys[${index}].key: the environment variable NO_KEY is not set; set it, or write \${NO_KEY:-default}`,
      ),
    ],
    [
      'an entry that does not exist',
      [`{ name: a, ${key}, models: [tow/*, other/x, "one/*"] }`],
      [
        '5:49 keys[0].models[0]: names an entry that does not exist; did you mean the id of providers[1]?',
        '5:56 keys[0].models[1]: names an entry that does not exist',
      ],
    ],
    [
      'a model that is not listed',
      [`{ name: a, ${key}, models: [one/lagre, two/anything] }`],
      ['5:49 keys[0].models[0]: names a model that its entry does not list'],
    ],
    [
      'an alias that does not exist',
      [`{ name: a, ${key}, models: [lagre] }`],
      [
        '5:49 keys[0].models[0]: is not the alias of a model; write "*", "entry/*", "entry/prefix*", "entry/model" or an alias',
      ],
    ],
    [
      'a star in the midst',
      [`{ name: a, ${key}, models: ["la*", "*/large", "one/la*e"] }`],
      ['49', '56', '67'].map(
        (column, index) =>
          `5:${column} keys[0].models[${index}]: has a "*" where none can be; write "*", "entry/*", "entry/prefix*", "entry/model" or an alias`,
      ),
    ],
  ])('%s', async (_, items, expected) => {
    expect(await faultsOf(keys(...items))).toEqual(expected.map((fault) => `moho.yaml:${fault}`))
  })

  test('may use every model, some, or none', async () => {
    const some = 'models: ["*", one/*, one/large, one/acme.large-v1:0, one/acme-large-v1-0, two/x, large]'
    const config = await load(
      keys(
        `{ name: a, ${key} }`,
        `{ name: b, key: ${'b'.repeat(16)}, ${some} }`,
        `{ name: c, key: ${'c'.repeat(16)}, models: [] }`,
      ),
    )
    expect(config.keys.map(({ name, models }) => [name, models.length, models[0]])).toEqual([
      ['a', 1, '*'],
      ['b', 7, '*'],
      ['c', 0, undefined],
    ])
  })

  test('are not blamed for an entry that cannot be read', async () => {
    expect(
      await faultsOf(
        `providers: [{ id: \${NO_ID}, type: acme, auth: { type: ambient } }]\nkeys: [{ name: a, ${key}, models: [one/*] }]`,
      ),
    ).toEqual([
      'moho.yaml:1:19 providers[0].id: the environment variable NO_ID is not set; set it, or write ${NO_ID:-default}',
    ])
    expect(await faultsOf(`providers: {}\nkeys: [{ name: a, ${key}, models: [one/*] }]`)).toEqual([
      'moho.yaml:1:1 providers: must be a list, not a map',
    ])
  })
})
