import { bedrock } from './bedrock/index.ts'
import { bedrockOpenai } from './bedrock-openai/index.ts'
import { bedrockRuntime } from './bedrock-runtime/index.ts'
import { openai } from './openai/index.ts'
import { pathAfterRegion } from './region.ts'
import type { ReceivedRequest } from './request.ts'
import type { Operation, Service } from './service.ts'
import { sts } from './sts/index.ts'

/** Every simulated service; the first that claims a call takes it, and Bedrock Runtime every other. */
export function createServices({ openaiPath }: { readonly openaiPath: string }): readonly Service[] {
  // An empty path would take every call from Bedrock, one that ends in a slash none.
  if (!/^(?:\/[^/]+)+$/.test(openaiPath)) throw new Error(`openaiPath must look like /compatible/v1, not ${openaiPath}`)
  return [openai(openaiPath), bedrockOpenai, bedrock, sts, bedrockRuntime]
}

export function findService(
  services: readonly Service[],
  request: ReceivedRequest,
): { service: Service; path: string } {
  const path = pathAfterRegion(request.rawPath)
  const service = services.find((one) => hasPath(one, path) && (one.claims?.(request) ?? true)) ?? bedrockRuntime
  return { service, path: path.slice(service.prefix.length) }
}

function hasPath({ prefix, paths }: Service, path: string): boolean {
  if (prefix !== '' && path !== prefix && !path.startsWith(`${prefix}/`)) return false
  return paths?.test(path.slice(prefix.length)) ?? true
}

export function findOperation(
  service: Service,
  request: ReceivedRequest,
  path: string,
): { operation: Operation; parameters: Readonly<Record<string, string>> } | undefined {
  for (const operation of service.operations) {
    if (operation.method !== request.method) continue
    const match = operation.path.exec(path)
    if (match && (operation.accepts?.(request) ?? true))
      return { operation, parameters: match.groups ? { ...match.groups } : {} }
  }
  return undefined
}
