/** An SMTP server that writes every message it accepts into a folder. */
import { mkdirSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { callbackify } from 'node:util'
import { SMTPServer } from 'smtp-server'
import type { Service } from './service.ts'

/** Messages are `<folder>/mails/<number>.eml`, in the order of acceptance. */
export async function startSmtp(folder: string): Promise<Service & { readonly mails: string }> {
  const mails = join(folder, 'mails')
  mkdirSync(mails, { recursive: true })
  let accepted = 0
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    onData(stream, _session, done) {
      accepted += 1
      callbackify(keep)(join(mails, `${String(accepted).padStart(4, '0')}.eml`), stream, done)
    },
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.server.address() as AddressInfo
  return {
    name: 'SMTP',
    version: 'smtp-server',
    mails,
    url: `smtp://127.0.0.1:${port}`,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

async function keep(file: string, stream: Readable): Promise<void> {
  await writeFile(`${file}.part`, await buffer(stream))
  await rename(`${file}.part`, file)
}
