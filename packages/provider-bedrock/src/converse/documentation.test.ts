import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { baseRows } from '../catalogue.ts'
import { chatTable, markdown, supportTable } from '../support-table.ts'
import { parameters } from './parameters.ts'

/**
 * The documentation has tables that are made from the code's own data, between `<!-- name -->` and `<!-- end -->`.
 * `UPDATE_DOCS=1 vitest run documentation` writes them anew.
 */
const fates = { sent: 'sent', mended: 'sent as far as it fits', dropped: 'dropped, reported', refused: '400' }

const documents: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'bedrock-chat.md': {
    parameters: markdown({
      head: ['member', 'becomes of it', 'on Bedrock'],
      rows: parameters.map(({ name, fate, says, unless }) => [
        `\`${name}\``,
        fates[fate],
        unless === undefined ? says : `${says}; \`${unless}\` is what happens anyway`,
      ]),
    }),
    models: markdown(chatTable(baseRows)),
  },
  'bedrock-models.md': { models: markdown(supportTable(baseRows)) },
}

test.each(Object.entries(documents))('the tables of docs/%s say what the code does', (name, tables) => {
  const file = new URL(`../../../../docs/${name}`, import.meta.url)
  const written = readFileSync(file, 'utf8')
  let made = written
  for (const [mark, text] of Object.entries(tables)) {
    const block = new RegExp(`(<!-- ${mark} -->\\n\\n)[\\s\\S]*?(\\n\\n<!-- end -->)`)
    expect(written).toMatch(block)
    made = made.replace(block, (_, start: string, end: string) => start + text + end)
  }
  if (process.env.UPDATE_DOCS === '1') writeFileSync(file, made)
  else expect(written, 'run it with UPDATE_DOCS=1').toBe(made)
})
