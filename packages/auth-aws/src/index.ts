/** What a provider on AWS needs: credential kinds, signatures and regions. */
export { accessKey } from './access-key.ts'
export { assumeRole } from './assume-role.ts'
export { type ApiKeyDescription, bedrockApiKey, describeApiKey } from './bedrock-api-key.ts'
export { defaultChain } from './default-chain.ts'
export { awsRegion, checkRegion, dnsSuffix, dualStackSuffix, isRegion, regionOfHost, urlInRegion } from './region.ts'
export { type SdkCaller, type SdkClientConfig, type SdkPlace, sdkClient } from './sdk-client.ts'
export {
  type AwsBearerSecret,
  type AwsSecret,
  type AwsService,
  type AwsSigningSecret,
  awsSign,
  type ShortTermLimits,
} from './secret.ts'
export { type SignableRequest, type SigningKeys, type SigningScope, signV4 } from './sign-v4.ts'
export { uriEncode } from './uri-encode.ts'
