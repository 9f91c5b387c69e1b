import { authenticate } from '../auth/authenticate.ts'
import { bedrockRuntime } from '../bedrock-runtime/index.ts'
import type { Service } from '../service.ts'
import { getFoundationModel, listFoundationModels } from './foundation-models.ts'
import { getInferenceProfile, listInferenceProfiles } from './inference-profiles.ts'

/** Amazon Bedrock's control plane, as far as it says which models there are. */
export const bedrock: Service = {
  name: 'bedrock',
  prefix: '',
  paths: /^\/(?:foundation-models|inference-profiles)(?:\/|$)/,
  requestIdHeader: bedrockRuntime.requestIdHeader,
  operations: [listFoundationModels, getFoundationModel, listInferenceProfiles, getInferenceProfile],
  authenticate: (request, settings) => authenticate(request, 'bedrock', settings),
  faultAnswer: bedrockRuntime.faultAnswer,
  namedError: bedrockRuntime.namedError,
  // That it answers as Bedrock Runtime does is inferred.
  unknownOperation: bedrockRuntime.unknownOperation,
}
