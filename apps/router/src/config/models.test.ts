import { describe, expect, test } from 'vitest'
import { faultsOf } from './testing/acme.ts'

/** An entry whose models begin in line 6. */
const entry = (models: string, more = 'enabled: true') =>
  `providers:\n  - id: one\n    type: acme\n    auth: { type: ambient }\n    ${more}\n    models:\n${models.replace(/^/gm, '      - ')}\n`

describe('listed models', () => {
  test.each([
    [
      'fine',
      '{ id: acme.large-v1:0, name: large, path: converse }\n{ id: acme.small-v1:0, path: whatever }\n{ id: geo.acme.large, region: south-1 }',
      [],
    ],
    [
      'an id twice',
      '{ id: geo.x }\n{ id: geo.x }',
      [
        '8:11 providers[0].models[1].id: is the id of providers[0].models[0] too; for the same model in another region, write another entry',
      ],
    ],
    [
      'the same short name',
      '{ id: geo.a.b }\n{ id: geo.a-b }',
      [
        '8:11 providers[0].models[1].id: differs from the id of providers[0].models[0] only in . : / and -, so both have the same short name',
      ],
    ],
    [
      'an alias twice',
      '{ id: geo.x, name: same }\n{ id: geo.y, name: same }',
      ['8:22 providers[0].models[1].name: is the name of providers[0].models[0] too'],
    ],
    [
      'an alias that is another id',
      '{ id: geo.x, name: geo.y }\n{ id: geo.y }',
      [
        '7:22 providers[0].models[0].name: is the id of providers[0].models[1], so it cannot be the alias of another model',
      ],
    ],
    [
      'an alias that is another short name',
      '{ id: geo.x }\n{ id: geo.y, name: geo-x }',
      [
        '8:22 providers[0].models[1].name: is the id of providers[0].models[0], so it cannot be the alias of another model',
      ],
    ],
    ['an alias that is its own id', '{ id: geo.x, name: geo-x }', []],
    [
      'an alias that no caller can write',
      '{ id: geo.x, name: "@a" }\n{ id: geo.y, name: a/b }\n{ id: geo.z, name: "a*" }',
      ['7', '8', '9'].map(
        (line, index) =>
          `${line}:22 providers[0].models[${index}].name: must be a name without white space, "/" and "*", and not begin with "@"`,
      ),
    ],
    [
      'a model that does not exist',
      '{ id: acme.lagre-v1:0 }\n{ id: other }',
      [
        '7:11 providers[0].models[0].id: acme has no such model; did you mean "acme.large-v1:0"?',
        '8:11 providers[0].models[1].id: acme has no such model',
      ],
    ],
    [
      'a model that the provider trips over',
      '{ id: bad.secret-model-4711 }',
      ['7:11 providers[0].models[0].id: acme cannot use it: cannot parse …'],
    ],
    [
      'a path that the model does not have',
      '{ id: acme.large-v1:0, path: invoke }',
      ['7:32 providers[0].models[0].path: is not a path of this model, which has "converse"'],
    ],
    [
      'a region that is none',
      '{ id: geo.x, region: South }',
      ['7:22 providers[0].models[0].region: is not written as a region: north-1'],
    ],
    [
      'unknown and missing members',
      '{ nmae: x }\ngeo.x',
      [
        '7:9 providers[0].models[0].id: is missing',
        '7:11 providers[0].models[0].nmae: unknown member; did you mean "name"?',
        '8:9 providers[0].models[1]: must be a map, not text',
      ],
    ],
  ])('%s', async (_, models, expected) => {
    expect(await faultsOf(entry(models))).toEqual(expected.map((fault) => `moho.yaml:${fault}`))
  })

  test('an alias may be the id of a model that cannot be called unlisted, and of no other', async () => {
    const models = '{ id: geo.x, name: acme.small-v1:0 }'
    expect(await faultsOf(entry(models))).toEqual([])
    expect(await faultsOf(entry(models, 'unlistedModels: allow'))).toEqual([
      'moho.yaml:7:22 providers[0].models[0].name: is the id of a model that can be called unlisted, so it cannot be the alias of another',
    ])
  })
})
