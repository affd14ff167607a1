/** HMAC-SHA256 and comparison in a time that does not depend on what is compared. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

export function hmac(key: Buffer | string, parts: readonly (Buffer | string)[], encoding: 'base64' | 'hex'): string {
  const mac = createHmac('sha256', key)
  for (const part of parts) mac.update(part)
  return mac.digest(encoding)
}

/** Hashing first makes the lengths equal. */
export function equal(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}

/** Tries every secret, also after one was right, so that the time does not tell which. */
export function anySecret(secrets: readonly string[], isRight: (secret: string) => boolean): boolean {
  return secrets.filter(isRight).length > 0
}
