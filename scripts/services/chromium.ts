/** Finds the browser that the tests drive; it is started by each test. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ServiceError } from './service.ts'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']

/** Root may not use Chromium's sandbox, and containers have a small /dev/shm. */
export const CHROMIUM_FLAGS = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu']

export function findChromium(env: Readonly<Record<string, string | undefined>>): {
  readonly path: string
  readonly version: string
} {
  const folders = (env['PATH'] ?? '').split(':')
  const path = [
    env['CHROMIUM_PATH'] ?? '',
    ...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))),
  ].find((one) => one !== '' && existsSync(one))
  if (path === undefined)
    throw new ServiceError('Chromium is missing: install it with `apt-get install chromium`, or set CHROMIUM_PATH')
  const version =
    /[\d.]+/.exec(
      execFileSync(path, ['--version', '--no-sandbox'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    )?.[0] ?? 'unknown'
  return { path, version }
}
