/** Where e-mails go, and the mailer that writes files. A mailer hands over one message and says for certain, or says that it does not know. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MailError } from './mail-error.ts'
import { toEml, type Message } from './message.ts'

export type Mailer = {
  readonly kind: 'file' | 'smtp'
  /** `deliveryId` names the file; the same delivery written twice is one file. */
  send(deliveryId: string, message: Message): Promise<void>
  /** The bytes of what was sent, where this mailer keeps them. */
  read(deliveryId: string): Promise<Buffer | null>
  close(): void
}

/** Writes `.eml` files: the mailer of an installation without a mail server. */
export function createFileMailer(directory: string): Mailer {
  const fileOf = (deliveryId: string) => {
    if (!/^[0-9a-f-]{36}$/.test(deliveryId)) throw new MailError('REFUSED', 'a delivery is named by a UUID')
    return join(directory, `${deliveryId}.eml`)
  }
  return {
    kind: 'file',
    async send(deliveryId, message) {
      const eml = await toEml(message)
      const file = fileOf(deliveryId)
      try {
        await mkdir(directory, { recursive: true })
        await writeFile(`${file}.part`, eml)
        await rename(`${file}.part`, file)
      } catch (cause) {
        throw new MailError('UNREACHABLE', 'the mail folder could not be written to', { retryable: true, cause })
      }
    },
    async read(deliveryId) {
      try {
        return await readFile(fileOf(deliveryId))
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
        throw error
      }
    },
    close() {},
  }
}
