/** dbt itself, in versions of ours, in a Python environment under the user's cache: for showing that it reads our models. */
import { existsSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { runProgram } from './service.ts'

/** dbt-core from 1.12 on fetches a parser from outside the package index while it is installed. */
const PACKAGES = ['dbt-core==1.11.16', 'dbt-clickhouse==1.10.3'] as const

const folder = join(
  process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
  'orderlens',
  PACKAGES.join('-').replaceAll('==', '-'),
)

/** The path of the program; installs it where it is missing. */
export async function installDbt(): Promise<string> {
  const program = join(folder, 'bin/dbt')
  const complete = join(folder, 'complete')
  if (existsSync(complete)) return program
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  await runProgram('python3', ['-m', 'venv', folder])
  await runProgram(join(folder, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', ...PACKAGES])
  await writeFile(complete, '')
  return program
}

/** Reads the project in `root` and leaves `manifest.json` in `target`. */
export async function parseWithDbt(program: string, root: string, target: string): Promise<void> {
  await runProgram(
    program,
    [
      '--no-use-colors',
      'parse',
      '--no-partial-parse',
      '--project-dir',
      root,
      '--profiles-dir',
      root,
      '--target-path',
      target,
    ],
    { cwd: target, env: { ...process.env, DBT_LOG_PATH: target }, maxBuffer: 10_000_000 },
  )
}
