import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { notText, text } from './catalogue/row.ts'
import { type BaseRow, baseRows } from './catalogue.ts'
import { compareCatalogue } from './compare-catalogue.ts'
import { readListings } from './listings.ts'

const file = fileURLToPath(new URL('testing/listings.json', import.meta.url))
const listings = readListings('listings.json', readFileSync(file, 'utf8'))

const talker = text('acme.talker-v1:0', ['tools', 'vision'], 200_000, undefined, {
  profiles: ['us'],
  onDemandIn: ['us-west-2'],
})
const embedder = notText('embeddings', 'acme.embedder-v1', [], { lifecycle: 'legacy' })
const agreed = [talker, embedder]

/** The talker's row without a member. */
const { onDemandIn: _, ...byProfileAlone } = talker

test('rows that say what AWS lists differ in nothing', () => {
  expect(compareCatalogue(agreed, listings)).toEqual({ lacking: [], unlisted: [], contradictions: [] })
})

test('what the rows lack comes with a row to start from', () => {
  expect(compareCatalogue([], listings).lacking).toEqual([
    `acme.talker-v1:0 in us-east-1, us-west-2\n  text('acme.talker-v1:0', ['vision'], undefined, undefined, { profiles: ['us'], onDemandIn: ['us-west-2'] }),`,
    `acme.embedder-v1 in us-east-1\n  notText('embeddings', 'acme.embedder-v1', [], { lifecycle: 'legacy' }),`,
  ])
})

test('a row that AWS does not list is told, unless it has ended or is elsewhere', () => {
  const rows = [
    text('acme.lost', [], undefined, undefined),
    text('acme.dead', [], undefined, undefined, { lifecycle: 'ended' }),
    text('acme.on-mantle', [], undefined, undefined, { apis: [] }),
  ]
  expect(compareCatalogue([...agreed, ...rows], listings).unlisted).toEqual(['acme.lost'])
  expect(compareCatalogue([...agreed, ...rows], { ...listings, models: [] }).unlisted).toEqual([])
})

test.each<[string, BaseRow, string]>([
  ['more of its own id', byProfileAlone, 'AWS takes its own id in us-west-2, the row does not.'],
  [
    'less of its own id',
    { ...talker, onDemandIn: ['us-east-1', 'us-west-2'] },
    'The row takes its own id, AWS does not in us-east-1.',
  ],
  ['a further profile', { ...talker, profiles: [] }, 'AWS has us.acme.talker-v1:0, the row does not.'],
  [
    'no such profile',
    { ...talker, profiles: ['us', 'global'] },
    'The row has global.acme.talker-v1:0, AWS does not in us-east-1.',
  ],
  ['images', { ...talker, features: ['tools'] }, 'AWS says that it takes TEXT, IMAGE, the row lacks vision.'],
  [
    'no video',
    { ...talker, features: ['tools', 'vision', 'video'] },
    'AWS says that it takes TEXT, IMAGE, the row has video.',
  ],
  [
    'another kind',
    { ...talker, kind: 'images', apis: ['invoke'] },
    'AWS says that it makes TEXT, the row is of kind images.',
  ],
  ['streaming', { ...talker, facts: { streaming: 'none' } }, 'AWS streams it, the row does not.'],
  [
    'another life',
    { ...talker, lifecycle: 'ended' },
    'AWS lists it as ACTIVE and LEGACY in us-east-1, us-west-2, the row is ended.',
  ],
])('AWS says %s', (_, row, says) => {
  expect(compareCatalogue([row, embedder], listings).contradictions).toEqual([`acme.talker-v1:0: ${says}`])
})

test('a profile of a region where it cannot be called from is not missed', () => {
  const row: BaseRow = { ...talker, profiles: ['us', 'eu', 'us-gov'] }
  expect(compareCatalogue([row, embedder], listings).contradictions).toEqual([])
})

test('a geography that has no rules is told', () => {
  const uk = {
    inferenceProfileArn: 'arn:aws:bedrock:eu-west-2:123456789012:inference-profile/uk.acme.talker-v1:0',
    inferenceProfileId: 'uk.acme.talker-v1:0',
  }
  expect(compareCatalogue(agreed, { ...listings, profiles: [...listings.profiles, uk] }).contradictions).toEqual([
    'AWS has profiles that begin with uk. and geographies.ts has not.',
  ])
})

test.each([
  ['no JSON', 'An error occurred (AccessDeniedException)', /^a\.json: This is not JSON \(.+\)\. Store the output/],
  [
    'another list',
    '{"modelPackages": []}',
    /^a\.json: It has neither modelSummaries nor inferenceProfileSummaries\. It should be/,
  ],
  ['a text', '"models"', /^a\.json: Invalid input: expected object, received string\. It should be/],
  [
    'another row',
    '[{"modelSummaries": [{"modelId": "acme.talker-v1:0"}]}]',
    /^a\.json: \[0\]: modelSummaries\.0\.modelArn: Invalid input: expected string, received undefined\. It should be/,
  ],
  [
    'an ARN of something else',
    '{"modelSummaries": [{"modelId": "a.b", "modelArn": "arn:aws:s3:::bucket"}]}',
    /^a\.json: modelSummaries\.0\.modelArn: is no ARN of a foundation-model\. It should be/,
  ],
  ['a part', '{"modelSummaries": [], "nextToken": "abc"}', /^a\.json: The list goes on, as its nextToken tells\./],
])('a file that has %s is told so', (_, written, says) => {
  expect(() => readListings('a.json', written)).toThrow(says)
})

describe('npm run models', () => {
  const script = fileURLToPath(new URL('../scripts/models.ts', import.meta.url))
  const run = (...args: readonly string[]) =>
    spawnSync(process.execPath, ['--conditions=moho-source', script, ...args], { encoding: 'utf8', cwd: folder })
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'moho-models-'))
    writeFileSync(join(folder, 'bad.json'), 'Unable to locate credentials')
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  test('shows every row', () => {
    expect(run().stdout.split('\n').length).toBe(baseRows.length + 2)
    const shown: readonly { readonly model: string }[] = JSON.parse(run('--json').stdout)
    expect(shown.map(({ model }) => model)).toEqual(baseRows.map(({ id }) => id))
  })

  test('ends with 1 where there is something to do', () => {
    const { status, stdout } = run('--compare', file)
    expect(stdout).toContain('- acme.talker-v1:0 in us-east-1, us-west-2\n')
    expect(status).toBe(1)
  })

  test.each([
    [['--compare', 'bad.json'], /^bad\.json: This is not JSON/],
    [['--compare', 'missing.json'], /^missing\.json: This file cannot be read \(ENOENT\)\./],
    [['--compare'], /^--compare wants files\./],
    [['a.json'], /^Files are for --compare\./],
    [['--jsn'], /^Unknown option '--jsn'/],
  ])('ends with 2 for %j', (args, says) => {
    const { status, stderr } = run(...args)
    expect(stderr).toMatch(says)
    expect(status).toBe(2)
  })
})
