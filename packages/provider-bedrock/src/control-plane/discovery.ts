import type { AwsSecret } from '@moho/auth-aws'
import { type Discovery, type EntryCall, MohoError } from '@moho/core'
import { type BedrockConfig, controlUrl } from '../config.ts'
import { findBase } from '../models.ts'
import { type Discovered, discoverModels } from './discover.ts'

/** What an entry's account can call in its region, as AWS lists it. */
export async function discover(call: EntryCall<AwsSecret>, config: BedrockConfig): Promise<Discovery> {
  const { region } = config
  const endpoint = controlUrl(config, region)
  if (endpoint === undefined) {
    throw new MohoError(
      'unsupported',
      'The entry calls Bedrock at a host of its own. Say where its control plane is by `endpoints: { control: … }`.',
    )
  }
  const { models, warnings } = await discoverModels(call, { region, endpoint })
  return { warnings, models: models.map((model) => ({ id: model.id, name: model.name, about: about(model) })) }
}

function about({ id, type, kind, input, streaming, lifecycle, endOfLife, baseId, regions }: Discovered) {
  return {
    type,
    kind: kind ?? '',
    input: input.join(', '),
    streaming: streaming === undefined ? '' : streaming ? 'yes' : 'no',
    lifecycle: endOfLife === undefined ? (lifecycle ?? '') : `${lifecycle} until ${endOfLife}`,
    ...(regions !== undefined && { regions: regions.join(', ') }),
    // What Moho's catalogue does not have can be called all the same; nothing is known of it then.
    catalogue: findBase(baseId ?? id) === undefined ? 'no' : 'yes',
  }
}
