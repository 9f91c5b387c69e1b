import type { Fault } from '../fault.ts'

/** What the authentication layer refuses, and in AWS's words. */
export const authRefusals = {
  missingToken: () => refusal(403, 'MissingAuthenticationTokenException', 'Missing Authentication Token'),
  incomplete: (text: string) => refusal(400, 'IncompleteSignatureException', text),
  wrongElements: (credential: string) =>
    refusal(
      400,
      'IncompleteSignatureException',
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential}'`,
    ),
  wrongTerminator: (terminator: string) =>
    invalidSignature(`Credential should be scoped with a valid terminator: 'aws4_request', not '${terminator}'.`),
  wrongRegion: () => invalidSignature('Credential should be scoped to a valid region.'),
  wrongService: (service: string) => invalidSignature(`Credential should be scoped to correct service: '${service}'.`),
  wrongDate: (scopeDate: string, date: string) =>
    invalidSignature(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${scopeDate}' != '${date.slice(0, 8)}', from '${date}'.`,
    ),
  hostNotSigned: () => invalidSignature("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."),
  // AWS takes both commas and spaces for separators, so a space inside a value ends here too.
  notAPair: (part: string, authorization: string) =>
    refusal(
      400,
      'IncompleteSignatureException',
      `'${part}' not a valid key=value pair (missing equal-sign) in Authorization header: '${authorization}'.`,
    ),
  // Inferred, and so are the refusal's name and text: a repeated parameter was not seen to be answered.
  repeatedParameter: (name: string, authorization: string) =>
    refusal(
      400,
      'IncompleteSignatureException',
      `Authorization header has more than one '${name}' parameter. Authorization=${authorization}`,
    ),
  // These two and their texts are inferred from the rules for signing: sorted names of headers that are sent.
  headersNotSorted: (names: string) =>
    invalidSignature(`'SignedHeaders' must be sorted and name each header once, got '${names}'.`),
  signedHeadersMissing: (names: readonly string[]) =>
    invalidSignature(`There were headers signed which are not in the request: ${names.join(', ')}`),
  // The text for an unsigned x-amz-* header is inferred from S3's; Bedrock's own was not seen.
  headersNotSigned: (names: readonly string[]) =>
    invalidSignature(`There were headers present in the request which were not signed: ${names.join(', ')}`),
  expired: (date: string, limit: string, now: string) =>
    invalidSignature(`Signature expired: ${date} is now earlier than ${limit} (${now} - 5 min.)`),
  notYetCurrent: (date: string, limit: string, now: string) =>
    invalidSignature(`Signature not yet current: ${date} is still later than ${limit} (${now} + 5 min.)`),
  mismatch: () =>
    invalidSignature(
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    ),
  invalidToken: () =>
    refusal(403, 'UnrecognizedClientException', 'The security token included in the request is invalid.'),
  expiredToken: () => refusal(403, 'ExpiredTokenException', 'The security token included in the request is expired'),
  // The status and the text are known, the error's name in the header is inferred.
  invalidApiKey: (): Fault => ({
    status: 403,
    name: 'AccessDeniedException',
    message: 'Authentication failed: Please make sure your API Key is valid.',
    origin: 'apiKey',
  }),
  expiredApiKey: (): Fault => ({
    status: 403,
    name: 'AccessDeniedException',
    message: 'Bearer Token has expired',
    origin: 'apiKey',
  }),
} as const

function invalidSignature(message: string): Fault {
  return refusal(403, 'InvalidSignatureException', message)
}

function refusal(status: number, name: string, message: string): Fault {
  return { status, name, message, origin: 'coral' }
}
