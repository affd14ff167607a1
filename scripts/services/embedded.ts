/** The product in one process on embedded parts, whatever services this run has. */
import { join } from 'node:path'
import { type Running, startProgram } from './service.ts'

type Options = {
  /** Data and log. */
  readonly folder: string
  readonly port: number
  readonly roles: string
  readonly admin: { readonly email: string; readonly password: string }
  readonly settings: Readonly<Record<string, string>>
}

export function startEmbedded({ folder, port, roles, admin, settings }: Options): Promise<Running> {
  return startProgram(process.execPath, ['--import', 'tsx', 'scripts/start.ts'], {
    env: {
      ...process.env,
      DATABASE_URL: '',
      REDIS_URL: '',
      SMTP_URL: '',
      KAFKA_BROKERS: '',
      ORDERLENS_DATA: folder,
      ORDERLENS_ROLES: roles,
      API_PORT: String(port),
      API_ADMIN_EMAIL: admin.email,
      API_ADMIN_PASSWORD: admin.password,
      NO_COLOR: '1',
      UV_THREADPOOL_SIZE: '16',
      ...settings,
    },
    log: join(folder, 'product.log'),
    ready: () =>
      fetch(`http://127.0.0.1:${port}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      ),
    waitMs: 180_000,
  })
}
