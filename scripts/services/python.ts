/** Python programs in versions of ours, each in an environment of its own under the user's cache. */
import { existsSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { runProgram } from './service.ts'

/** The path of the program; installs its packages where they are missing. */
export async function installPython(program: string, packages: readonly string[]): Promise<string> {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache')
  const folder = join(cache, 'orderlens', packages.join('-').replaceAll('==', '-'))
  const path = join(folder, 'bin', program)
  const complete = join(folder, 'complete')
  if (existsSync(complete)) return path
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  await runProgram('python3', ['-m', 'venv', folder])
  await runProgram(join(folder, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', ...packages])
  await writeFile(complete, '')
  return path
}
