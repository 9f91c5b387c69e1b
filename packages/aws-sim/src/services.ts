import { bedrockRuntime } from './bedrock-runtime/index.ts'
import { pathAfterRegion } from './region.ts'
import type { ReceivedRequest } from './request.ts'
import type { Operation, Service } from './service.ts'

/** Every simulated service. */
const SERVICES: readonly Service[] = [bedrockRuntime]

export function findOperation(
  request: ReceivedRequest,
): { service: Service; operation: Operation; parameters: Readonly<Record<string, string>> } | undefined {
  const path = pathAfterRegion(request.rawPath)
  for (const service of SERVICES) {
    for (const operation of service.operations) {
      if (operation.method !== request.method) continue
      const match = operation.path.exec(path)
      if (match) return { service, operation, parameters: { ...match.groups } }
    }
  }
  return undefined
}
