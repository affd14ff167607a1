/** dbt itself, in versions of ours, in a Python environment under the user's cache: for showing that it reads our models. */
import { installPython } from './python.ts'
import { runProgram } from './service.ts'

/** dbt-core from 1.12 on fetches a parser from outside the package index while it is installed. */
const PACKAGES = ['dbt-core==1.11.16', 'dbt-clickhouse==1.10.3'] as const

/** The path of the program; installs it where it is missing. */
export const installDbt = (): Promise<string> => installPython('dbt', PACKAGES)

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
