import { fileURLToPath } from 'node:url'

/** What is in the databases of earlier versions that are kept under `recorded`, each as the SQL that makes it. */
export const kept = {
  at: 1_800_000_000_000,
  auth: { type: 'access-key', accessKeyId: 'AKIAEXAMPLEEXAMPLE01', secretAccessKey: 'an-example-of-a-secret' },
  key: 'moho_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8hSVRdA',
  job: 'arn:aws:bedrock:us-east-1:123456789012:model-invocation-job/abc',
}

/** Of those databases alone. */
export const recordedMasterKey = 'ZxYyQkVzT0hYc3lUa0ZyY2pNb0h1V2dLd0RmUnBOYXE='

export const versionFile = (version: number, engine: 'sqlite' | 'postgres'): string =>
  fileURLToPath(new URL(`./recorded/version-${version}.${engine}.sql`, import.meta.url))
