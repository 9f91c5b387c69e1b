import { expect, test } from 'vitest'
import { baseRows } from './catalogue.ts'
import { geographyOf } from './geographies.ts'

test('no model has two rows, also not by a version that is left out', () => {
  const ids = baseRows.map(({ id }) => id.replace(/:0$/, ''))
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
})

/** What a row says in one place must not be taken back in another. */
const rules: Readonly<Record<string, (row: (typeof baseRows)[number]) => boolean>> = {
  'is under an id without a geography': ({ id }) =>
    /^[a-z][a-z0-9]*\.[a-z][a-z0-9.:-]+$/.test(id) && geographyOf(id) === undefined,
  'can be called somehow': ({ onDemand, profiles }) => onDemand || profiles.length > 0,
  'names regions for its own id only where others need a profile': ({ onDemand, onDemandIn, profiles }) =>
    onDemandIn === undefined || (!onDemand && onDemandIn.length > 0 && profiles.length > 0),
  'has a body for InvokeModel only with InvokeModel': ({ apis, facts }) =>
    facts.invokeFormat === undefined || apis.includes('invoke'),
  'chats only if it makes text': ({ kind, apis }) => kind === 'text' || apis.every((api) => api === 'invoke'),
  'keeps prompts by both words': ({ features, facts, apis }) =>
    facts.cache === undefined || (features.includes('prompt_cache') && apis.includes('converse')),
  'reasons by both words': ({ features, facts }) => facts.reasoning === undefined || features.includes('reasoning'),
  'writes no more than it holds': ({ contextTokens = Infinity, outputTokens = 0 }) => outputTokens <= contextTokens,
}

test.each(Object.entries(rules))('every row %s', (_, holds) => {
  expect(baseRows.filter((row) => !holds(row)).map(({ id }) => id)).toEqual([])
})
