import type { Child, ChildOptions } from '../child.ts'
import type { Call } from '../load/job.ts'
import type { Row } from '../rows.ts'

/** Something that is measured. */
export interface Target {
  readonly id: string
  readonly title: string
  serves(row: Row): boolean
  /** How much longer than the others it is warmed. */
  readonly warmth: number
  start(place: Place): Promise<Started>
}

/** Where a target runs. */
export interface Place {
  /** The upstream's port for each pace. */
  readonly upstream: Readonly<Record<Row['pace'], number>>
  /** For files that it needs. It is deleted in the end. */
  readonly folder: string
  run(options: Pick<ChildOptions, 'name' | 'args' | 'ports'>): Promise<Child>
}

export interface Started {
  readonly child: Child
  call(row: Row): Call
}

export const bedrockModel = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
export const openaiModel = 'gpt-5-mini'
export const modelOf = ({ upstream }: Row): string => (upstream === 'converse' ? bedrockModel : openaiModel)

export const accessKey = { id: 'AKIABENCHBENCHBENCH0', secret: 'bench/secret/bench/secret/bench/secret/0' }
export const region = 'us-east-1'
