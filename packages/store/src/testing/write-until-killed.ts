/** Writes with 200 hands at once until it is killed, and says each id once its write was acknowledged: `URL MASTER_KEY`. */
import { writeSync } from 'node:fs'
import { readMasterKey } from '../master-key.ts'
import { openStore } from '../open-store.ts'

const [url = '', masterKey = ''] = process.argv.slice(2)
const store = await openStore({ url, masterKey: readMasterKey(masterKey) })

async function write(hand: number): Promise<never> {
  for (let turn = 0; ; turn++) {
    const upstreamId = `job-${hand}-${turn}`
    await store.handles.put({
      kind: 'batch',
      upstreamId,
      owner: { key: 'k' },
      pin: { entry: 'e' },
      data: { of: upstreamId },
    })
    // At once, and not when this process next has time.
    writeSync(1, `${upstreamId}\n`)
  }
}

await Promise.all(Array.from({ length: 200 }, (_, hand) => write(hand)))
