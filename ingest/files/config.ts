/** Where S3-compatible storage is and who asks. Read once by a main file; secrets are never printed. */
import { z } from 'zod'
import { FileError } from './errors.ts'

export const s3EnvSchema = z.object({
  /** Address of the storage; empty = Amazon S3 in `S3_REGION`. */
  S3_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  S3_REGION: z
    .string()
    .regex(/^[a-z0-9-]+$/)
    .default('us-east-1'),
  /** Without a key, requests are anonymous: enough for a public bucket. */
  S3_ACCESS_KEY_ID: z.string().min(1).optional(),
  S3_SECRET_ACCESS_KEY: z.string().min(1).optional(),
})

export type S3Config = {
  readonly endpoint: string | null
  readonly region: string
  readonly login: { readonly keyId: string; readonly secret: string } | null
}

/** Throws one error that lists every bad variable by name, never its value. */
export function loadS3Config(env: Record<string, string | undefined>): S3Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''))
  const parsed = s3EnvSchema.safeParse(given)
  if (!parsed.success) {
    const bad = parsed.error.issues.map((issue) => `${String(issue.path[0])}: ${issue.message}`).join('; ')
    throw new FileError('CONFIG', `cannot read the S3 settings: ${bad}`)
  }
  const v = parsed.data
  if ((v.S3_ACCESS_KEY_ID === undefined) !== (v.S3_SECRET_ACCESS_KEY === undefined))
    throw new FileError('CONFIG', 'S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY belong together: set both or none')
  return {
    endpoint: v.S3_ENDPOINT?.replace(/\/+$/, '') ?? null,
    region: v.S3_REGION,
    login:
      v.S3_ACCESS_KEY_ID === undefined ? null : { keyId: v.S3_ACCESS_KEY_ID, secret: v.S3_SECRET_ACCESS_KEY ?? '' },
  }
}
