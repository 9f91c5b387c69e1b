import { hostOf, type ReceivedRequest } from './request.ts'

/** How the simulator knows which region's endpoint a call was meant for, since all regions share its one socket. */

export function isRegion(text: string): boolean {
  return /^[a-z]{2}(?:-[a-z]+)+-\d{1,2}$/.test(text)
}

/**
 * The region that the address names: by the host, such as `bedrock-runtime.eu-west-1.amazonaws.com` or
 * `sts.eu-west-1.localhost`, or by the first segment of the path, as in `http://127.0.0.1:4599/eu-west-1`.
 */
export function regionOfAddress(request: ReceivedRequest): string | undefined {
  const candidates = [
    request.rawPath.split('/')[1],
    /^(?:bedrock(?:-runtime)?|sts)(?:-fips)?\.([^.]+)\./.exec(hostOf(request))?.[1],
  ]
  return candidates.find((candidate) => candidate !== undefined && isRegion(candidate))
}

/** The path as the service sees it. */
export function pathAfterRegion(rawPath: string): string {
  const first = rawPath.split('/')[1] ?? ''
  return isRegion(first) ? rawPath.slice(first.length + 1) : rawPath
}
