import { amazon } from './catalogue/amazon.ts'
import { anthropic } from './catalogue/anthropic.ts'
import { further } from './catalogue/further.ts'
import { meta } from './catalogue/meta.ts'
import { mistral } from './catalogue/mistral.ts'
import { openWeightModels } from './catalogue/open-weights.ts'
import { openai } from './catalogue/openai.ts'
import type { BaseRow } from './catalogue/row.ts'

export type { BaseRow, BedrockApi } from './catalogue/row.ts'

/**
 * The base models of Bedrock, as AWS lists them and describes them in their model cards. What it does not say is left undefined.
 * `npm run models -- --compare` tells what has changed since.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-cards.html
 */
export const baseRows: readonly BaseRow[] = [
  ...anthropic,
  ...amazon,
  ...openai,
  ...meta,
  ...mistral,
  ...openWeightModels,
  ...further,
]
