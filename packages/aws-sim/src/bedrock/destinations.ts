import type { Geography } from '../models.ts'

/** Where a profile sends what was called in the source region. At AWS the set differs a little from model to model. */
export function destinationsOf(geography: Geography, source: string): readonly string[] {
  const regions = REGIONS[geography]
  if (geography === 'global') return [...new Set([source, ...regions])].slice(0, MAX_GLOBAL).concat(ANYWHERE)
  return regions.includes(source) ? regions : [...regions, source]
}

// The real list has every commercial region, in several entries or one; how many is not documented.
const MAX_GLOBAL = 5

/** The ARN that stands for wherever else the call may go has no region. */
const ANYWHERE = ''

const REGIONS: Readonly<Record<Geography, readonly string[]>> = {
  us: ['us-east-1', 'us-east-2', 'us-west-2'],
  eu: ['eu-central-1', 'eu-north-1', 'eu-south-1', 'eu-south-2', 'eu-west-1', 'eu-west-3'],
  apac: [
    'ap-northeast-1',
    'ap-northeast-2',
    'ap-northeast-3',
    'ap-south-1',
    'ap-south-2',
    'ap-southeast-1',
    'ap-southeast-2',
    'ap-southeast-4',
  ],
  jp: ['ap-northeast-1', 'ap-northeast-3'],
  au: ['ap-southeast-2', 'ap-southeast-4'],
  ca: ['ca-central-1', 'ca-west-1'],
  in: ['ap-south-1', 'ap-south-2'],
  'us-gov': ['us-gov-east-1', 'us-gov-west-1'],
  global: ['us-east-1', 'us-west-2', 'eu-west-1', 'ap-northeast-1', 'ap-southeast-2'],
}
