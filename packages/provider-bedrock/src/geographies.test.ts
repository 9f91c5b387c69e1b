import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { baseRows } from './catalogue.ts'
import { type Geography, geographies, geographyOf, isGeography } from './geographies.ts'

const names = Object.keys(geographies) as Geography[]
const anyId = fc.constantFrom(...baseRows.map(({ id }) => id))

describe('geographyOf', () => {
  test('finds no geography in the id of a base model', () => {
    for (const { id } of baseRows) expect(geographyOf(id), id).toBeUndefined()
  })

  test('takes any geography off an id, whether it is known or not', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.constantFrom(...names), fc.stringMatching(/^[a-z]{2,6}(-[a-z]{1,6})?$/)),
        anyId,
        (geography, rest) => {
          expect(geographyOf(`${geography}.${rest}`)).toEqual({ geography, rest })
        },
      ),
    )
  })

  test.each([
    '',
    'us',
    'us.',
    'us.vendor',
    'us..model',
    'US.vendor.model',
    'us.vendor.',
    '.vendor.model',
    'us-1.vendor.model',
  ])('finds none in %j', (id) => {
    expect(geographyOf(id)).toBeUndefined()
  })
})

test.each([
  [
    'global',
    ['us-east-1', 'eu-west-1', 'ap-south-1', 'af-south-1', 'me-central-1', 'xx-new-1'],
    ['us-gov-west-1', 'cn-north-1', 'eusc-de-east-1', 'us-iso-east-1', 'eu-isoe-west-1'],
  ],
  [
    'us',
    ['us-east-1', 'us-west-1', 'us-new-1', 'ca-central-1', 'ca-west-1'],
    ['us-gov-west-1', 'us-isob-east-1', 'mx-central-1', 'eu-west-1'],
  ],
  ['us-gov', ['us-gov-west-1', 'us-gov-east-1'], ['us-east-1']],
  ['eu', ['eu-west-1', 'eu-new-1', 'il-central-1'], ['eusc-de-east-1', 'eu-isoe-west-1', 'us-east-1', 'me-central-1']],
  ['apac', ['ap-south-1', 'ap-southeast-7', 'ap-new-1'], ['us-east-1', 'me-south-1']],
  ['jp', ['ap-northeast-1', 'ap-northeast-3'], ['ap-northeast-2', 'ap-south-1']],
  ['au', ['ap-southeast-2', 'ap-southeast-4', 'ap-southeast-6'], ['ap-southeast-1', 'ap-northeast-1']],
  ['ca', ['ca-central-1', 'ca-west-1'], ['us-east-1']],
  ['in', ['ap-south-1', 'ap-south-2'], ['ap-southeast-1']],
] as const)('%s profiles are called from the regions of that geography', (name, from, notFrom) => {
  const { isSource } = geographies[name]
  expect(from.filter((region) => !isSource(region))).toEqual([])
  expect(notFrom.filter((region) => isSource(region))).toEqual([])
})

/** As AWS documents them for Claude Sonnet 4.5 and GPT-5.6, and for Nova where those have none. */
test.each([
  ['us', 'us-east-1', ['us-east-1', 'us-east-2', 'us-west-2']],
  ['us', 'ca-central-1', ['ca-central-1', 'us-east-1', 'us-east-2', 'us-west-2']],
  [
    'eu',
    'eu-west-2',
    ['eu-central-1', 'eu-north-1', 'eu-south-1', 'eu-south-2', 'eu-west-1', 'eu-west-2', 'eu-west-3'],
  ],
  ['us-gov', 'us-gov-west-1', ['us-gov-east-1', 'us-gov-west-1']],
  ['jp', 'ap-northeast-1', ['ap-northeast-1', 'ap-northeast-3']],
  ['au', 'ap-southeast-2', ['ap-southeast-2', 'ap-southeast-4']],
  ['au', 'ap-southeast-6', ['ap-southeast-2', 'ap-southeast-4', 'ap-southeast-6']],
  ['ca', 'ca-west-1', ['ca-central-1', 'ca-west-1']],
  ['in', 'ap-south-2', ['ap-south-1', 'ap-south-2']],
] as const)('%s profiles send calls from %s to %j', (name, from, to) => {
  expect([...geographies[name].destinations(from)].sort()).toEqual(to)
})

test('only global profiles go everywhere, and name no region', () => {
  expect(names.filter((name) => geographies[name].everywhere)).toEqual(['global'])
  expect(geographies.global.destinations('us-east-1')).toEqual([])
})

test('isGeography knows the prefixes that have rules, and nothing that an object has by nature', () => {
  expect(names.every(isGeography)).toBe(true)
  expect(['uk', '', 'constructor', 'toString'].filter(isGeography)).toEqual([])
})
