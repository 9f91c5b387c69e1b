/**
 * The prefixes of inference profiles: where each may be called from, and where Bedrock then sends a call. `isSource` goes by the kind of
 * region, so that one that AWS opens in a geography is of it at once; which of them has a certain model, AWS alone knows.
 */
export const geographies: Readonly<Record<Geography, GeographyRules>> = {
  global: { isSource: isCommercial, everywhere: true, destinations: () => [] },
  us: within((region) => /^(us-(?!gov-|iso)|ca-)/.test(region), ['us-east-1', 'us-east-2', 'us-west-2']),
  'us-gov': within((region) => /^us-gov-/.test(region), ['us-gov-east-1', 'us-gov-west-1']),
  /** Tel Aviv is outside of it, and calls the older models by it. */
  eu: within(
    (region) => /^eu-(?!iso)|^il-/.test(region),
    ['eu-central-1', 'eu-north-1', 'eu-south-1', 'eu-south-2', 'eu-west-1', 'eu-west-3'],
  ),
  apac: within(
    (region) => /^ap-/.test(region),
    [
      'ap-northeast-1',
      'ap-northeast-2',
      'ap-northeast-3',
      'ap-south-1',
      'ap-south-2',
      'ap-southeast-1',
      'ap-southeast-2',
      'ap-southeast-4',
    ],
  ),
  jp: among(['ap-northeast-1', 'ap-northeast-3']),
  /** Calls from Auckland may be answered there; calls from elsewhere never are. */
  au: within((region) => /^ap-southeast-[246]$/.test(region), ['ap-southeast-2', 'ap-southeast-4']),
  ca: within((region) => /^ca-/.test(region), ['ca-central-1', 'ca-west-1']),
  in: among(['ap-south-1', 'ap-south-2']),
}

export type Geography = 'global' | 'us' | 'us-gov' | 'eu' | 'apac' | 'jp' | 'au' | 'ca' | 'in'

export interface GeographyRules {
  /** Whether its profiles can be called from a region. */
  isSource(region: string): boolean
  /** It sends calls to any commercial region, so `destinations` names none. */
  readonly everywhere?: true
  /** Where calls from a region typically go, for advice on permissions: what a certain profile does is in `GetInferenceProfile`. */
  destinations(sourceRegion: string): readonly string[]
}

/**
 * The geography before a model's id, whether it is known or not: `jp.anthropic.claude-…` → `jp`. What follows it must still have a vendor
 * and a dot, and vendors have no hyphens: `zai.glm-4.7` has none, though it has two dots.
 */
export function geographyOf(id: string): { readonly geography: string; readonly rest: string } | undefined {
  const { geography, rest } = prefixed.exec(id)?.groups ?? {}
  return geography === undefined || rest === undefined ? undefined : { geography, rest }
}

const prefixed = /^(?<geography>[a-z]{2,6}(-[a-z]+)?)\.(?<rest>[a-z][a-z0-9]*\.[a-z].*)$/

export const isGeography = (text: string): text is Geography => Object.hasOwn(geographies, text)

function within(isSource: GeographyRules['isSource'], regions: readonly string[]): GeographyRules {
  return {
    isSource,
    // A region that is not always a destination is one for the calls that come from it.
    destinations: (source) => (regions.includes(source) || !isSource(source) ? regions : [...regions, source]),
  }
}

function among(regions: readonly string[]): GeographyRules {
  return within((region) => regions.includes(region), regions)
}

/** The other partitions have no global profiles. */
function isCommercial(region: string): boolean {
  return !/^(us-gov-|us-iso|eu-iso|cn-|eusc-)/.test(region)
}
