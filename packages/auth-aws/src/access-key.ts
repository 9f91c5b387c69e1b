import { type CredentialKind, defineCredentialKind } from '@moho/core'
import { z } from 'zod'
import { clockOffset, isOtherOffset } from './clock.ts'
import { pasted } from './pasted.ts'
import type { AwsSecret, AwsSigningSecret } from './secret.ts'

/**
 * `type: access-key`: an access key of an IAM user, or temporary keys with their session token.
 * Nothing here can renew it, so only a wrong clock is worth another try.
 */
export const accessKey: CredentialKind<AwsSecret> = defineCredentialKind({
  type: 'access-key',
  settings: z
    .object({
      accessKeyId: pasted('access key id')
        .min(1, 'The access key id is empty.')
        .regex(
          /^[^/+=,]*$/,
          'This is not an access key id, which has letters and digits only. Are the two keys swapped?',
        )
        .meta({ title: 'Access key ID', help: 'As in AKIA…, or ASIA… for temporary keys.', order: 1, secret: true }),
      secretAccessKey: pasted('secret access key')
        .min(1, 'The secret access key is empty.')
        .refine(
          (text) => !/^[A-Z0-9]{20}$/.test(text),
          'This looks like an access key id. The secret is the longer of the two.',
        )
        .meta({ title: 'Secret access key', help: 'AWS shows it once, when the key is made.', order: 2, secret: true }),
      sessionToken: pasted('session token').optional().meta({
        title: 'Session token',
        help: 'Only for temporary keys, which begin with ASIA.',
        order: 3,
        secret: true,
      }),
    })
    .superRefine(({ accessKeyId, secretAccessKey, sessionToken }, check) => {
      if (secretAccessKey !== '' && secretAccessKey === accessKeyId) {
        const message = 'The secret access key is the same as the access key id. The secret is the longer of the two.'
        check.addIssue({ code: 'custom', path: ['secretAccessKey'], message })
      }
      if (accessKeyId.startsWith('ASIA') && !sessionToken) {
        const message = 'An access key id that begins with ASIA is temporary and works only with its session token.'
        check.addIssue({ code: 'custom', path: ['sessionToken'], message })
      }
    }),

  open({ accessKeyId, secretAccessKey, sessionToken }, at) {
    const keys = { accessKeyId, secretAccessKey, sessionToken: sessionToken || undefined }
    let secret: AwsSigningSecret = { kind: 'signing', ...keys, clockOffsetMs: 0 }
    return {
      get: async () => secret,
      refused(refusedSecret, why, serverTime) {
        if (why !== 'clock' || refusedSecret.kind !== 'signing') return false
        const clockOffsetMs = clockOffset(serverTime, at.now())
        if (clockOffsetMs === undefined) return false
        if (isOtherOffset(clockOffsetMs, secret.clockOffsetMs)) secret = { ...secret, clockOffsetMs }
        // By the secret that was refused: calls that were under way together may each try again, and no call twice.
        return isOtherOffset(clockOffsetMs, refusedSecret.clockOffsetMs)
      },
      close() {},
    }
  },
})
