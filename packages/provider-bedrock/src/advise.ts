import type { Model } from '@moho/core'
import type { BaseRow } from './catalogue.ts'
import { geographies, geographyOf, isGeography } from './geographies.ts'
import { type BedrockFacts, findBase } from './models.ts'
import { profilesFrom } from './resolve.ts'

/** What users of a model should know of it: that it is bound to one region though a profile reaches more, that it will end. */
export function advise({ id, region: own }: Model<BedrockFacts>, entryRegion: string): string | undefined {
  const region = own ?? entryRegion
  const name = /:(foundation-model|inference-profile)\//.test(id) ? (id.split('/').at(-1) ?? id) : id
  const base = findBase(name)
  if (base === undefined) return undefined
  const advice = [placeAdvice(name, base, region), base.lifecycle === undefined ? '' : lives[base.lifecycle]]
  return advice.filter((text) => text !== '').join(' ') || undefined
}

const lives = {
  legacy: 'AWS calls it a legacy model and will retire it.',
  ended: 'AWS lists it no more.',
} as const

function placeAdvice(name: string, base: BaseRow, region: string): string {
  const { geography } = geographyOf(name) ?? {}
  if (name !== base.id && geography !== undefined) {
    const reaches = !isGeography(geography) || geographies[geography].isSource(region)
    return reaches ? '' : `Profiles of ${geography}. cannot be called from ${region}.`
  }
  const profiles = profilesFrom(base.id, region)
  if (profiles.length === 0) return ''
  const ways = profiles.join(', ')
  return base.onDemand || base.onDemandIn?.includes(region)
    ? `Bound to ${region}. Inference profiles reach more regions: ${ways}.`
    : `Bedrock serves it by inference profiles alone: ${ways}.`
}
