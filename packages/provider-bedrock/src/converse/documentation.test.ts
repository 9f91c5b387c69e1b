import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type BaseRow, baseRows } from '../catalogue.ts'
import type { ReasoningDial } from '../models.ts'
import { parameters } from './parameters.ts'

/**
 * `docs/bedrock-chat.md` has tables that are made from the code's own data, between `<!-- name -->` and `<!-- end -->`.
 * `UPDATE_DOCS=1 vitest run documentation` writes them anew.
 */
const file = new URL('../../../../docs/bedrock-chat.md', import.meta.url)

const fates = { sent: 'sent', mended: 'sent as far as it fits', dropped: 'dropped, reported', refused: '400' }

const tables: Readonly<Record<string, string>> = {
  parameters: table(
    ['member', 'becomes of it', 'on Bedrock'],
    parameters.map(({ name, fate, says, unless }) => [
      `\`${name}\``,
      fates[fate],
      unless === undefined ? says : `${says}; \`${unless}\` is what happens anyway`,
    ]),
  ),
  models: table(
    ['model', 'profiles', 'reasoning', 'JSON schema', 'prompt cache', 'takes'],
    baseRows.map((row) => [
      `\`${row.id}\``,
      profilesOf(row),
      reasoningOf(row),
      schemaOf(row),
      cacheOf(row),
      mediaOf(row),
    ]),
  ),
}

function profilesOf({ onDemand, profiles }: BaseRow): string {
  return [...(onDemand ? ['none needed'] : []), ...profiles].join(', ')
}

function reasoningOf({ features, facts }: BaseRow): string {
  const dial: ReasoningDial | undefined = facts.reasoning
  if (dial === undefined) return features.includes('reasoning') ? 'as it likes' : ''
  if (dial.by === 'budget') return 'budget'
  const efforts = dial.efforts.join(', ')
  if (dial.by !== 'adaptive') return efforts
  return { off: efforts, on: `${efforts}; on unasked`, always: `${efforts}; always on` }[dial.unasked]
}

function schemaOf({ features, facts }: BaseRow): string {
  if (features.includes('json_schema') && facts.structuredOutput !== 'tool') return 'native'
  if (!features.includes('tools')) return 'prompt'
  return facts.toolChoice === 'auto' ? 'auto' : 'tool'
}

function cacheOf({ facts: { cache } }: BaseRow): string {
  if (cache === undefined) return ''
  const places = cache.places === 'outside-tools' ? ', not among tools' : ''
  return `${cache.minimum} tokens, ${cache.hour ? '5m and 1h' : '5m'}${places}`
}

function mediaOf({ features }: BaseRow): string {
  const kinds = [
    ['vision', 'images'],
    ['documents', 'documents'],
    ['video', 'video'],
    ['audio', 'audio'],
    ['tools', 'tools'],
  ] as const
  return kinds.flatMap(([feature, word]) => (features.includes(feature) ? [word] : [])).join(', ')
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[], fill = ' ') =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0, fill)).join(' | ')} |`
  return [
    line(head),
    line(
      head.map(() => ''),
      '-',
    ),
    ...rows.map((row) => line(row)),
  ].join('\n')
}

test('the tables of docs/bedrock-chat.md say what the code does', () => {
  const written = readFileSync(file, 'utf8')
  let made = written
  for (const [name, text] of Object.entries(tables)) {
    const block = new RegExp(`(<!-- ${name} -->\\n\\n)[\\s\\S]*?(\\n\\n<!-- end -->)`)
    expect(written).toMatch(block)
    made = made.replace(block, (_, start: string, end: string) => start + text + end)
  }
  if (process.env.UPDATE_DOCS === '1') writeFileSync(file, made)
  else expect(written, 'run it with UPDATE_DOCS=1').toBe(made)
})
