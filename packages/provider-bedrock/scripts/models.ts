import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { baseRows } from '../src/catalogue.ts'
import { compareCatalogue } from '../src/compare-catalogue.ts'
import { joinListings, readListings } from '../src/listings.ts'
import { supportOf, supportTable, terminal } from '../src/support-table.ts'

/** `npm run models`: what Moho knows of Bedrock's models, and what AWS has changed since. */
const help = `npm run models                         the models that Moho knows, and what each can do
npm run --silent models -- --json      the same as JSON
npm run models -- --compare FILE…      compare them with what AWS lists

FILEs hold what the AWS CLI prints, of as many regions as you like, each by itself or several in an array:
  aws bedrock list-foundation-models --region us-east-1 > models-us-east-1.json
  aws bedrock list-inference-profiles --region us-east-1 > profiles-us-east-1.json
It ends with 0 where there is nothing to do, with 1 where there is, with 2 where it could not compare. It has been tested on stored
lists in the format that AWS documents, and not yet against a live account.`

try {
  process.exitCode = main()
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 2
}

function main(): number {
  const { values, positionals } = parseArgs({
    options: { json: { type: 'boolean' }, compare: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    allowPositionals: true,
  })
  if (values.help) return say(help)
  if (values.compare) return compare(positionals)
  if (positionals.length > 0) throw new Error(`Files are for --compare.\n\n${help}`)
  return say(values.json ? JSON.stringify(baseRows.map(supportOf), undefined, 2) : terminal(supportTable(baseRows)))
}

function compare(files: readonly string[]): number {
  if (files.length === 0) throw new Error(`--compare wants files.\n\n${help}`)
  const listings = joinListings(files.map((file) => readListings(file, read(file))))
  if (listings.models.length + listings.profiles.length === 0)
    throw new Error('There is nothing in these lists, so nothing was compared.')
  const { lacking, unlisted, contradictions } = compareCatalogue(baseRows, listings)
  const found = [
    section('AWS has these, and the rows lack them. A row to start from, which its model card completes:', lacking),
    section('AWS lists these rows nowhere in these files. They have ended, or are in other regions:', unlisted),
    section('AWS and the rows are not of one mind:', contradictions),
  ].filter((text) => text !== '')
  say(found.length > 0 ? found.join('\n\n') : 'AWS and the rows are of one mind.')
  return found.length > 0 ? 1 : 0
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new Error(`${file}: This file cannot be read (${(error as NodeJS.ErrnoException).code}).`)
  }
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [title, ...lines.map((line) => `- ${line}`)].join('\n')
}

function say(text: string): number {
  console.log(text)
  return 0
}
