/** `npm run check [-- part …]`: types, lint, format, dead code and the lock file; one line per part, all parts always run. */
import { spawn } from 'node:child_process'

const parts: Record<string, string[]> = {
  types: ['vue-tsc', '--noEmit'],
  lint: ['oxlint', '--type-aware', '--deny-warnings'],
  templates: ['eslint', '.', '--max-warnings', '0', '--no-error-on-unmatched-pattern'],
  format: ['prettier', '--check', '--log-level', 'warn', '.'],
  'dead code': ['knip', '--no-config-hints'],
  lock: ['node', 'scripts/complete-lock.mjs', '--check'],
}

type Result = { ok: boolean; output: string; seconds: number }

function run(command: string[]): Promise<Result> {
  const started = performance.now()
  const [program = '', ...args] = command[0] === 'node' ? command : ['npx', '--no-install', ...command]
  const child = spawn(program, args, { env: { ...process.env, NO_COLOR: '1', npm_config_loglevel: 'error' } })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  return new Promise((resolve) => {
    const end = (ok: boolean) => resolve({ ok, output, seconds: (performance.now() - started) / 1000 })
    child.on('error', (error) => {
      output += error.message
      end(false)
    })
    child.on('close', (code) => end(code === 0))
  })
}

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !(name in parts))
if (unknown.length > 0) {
  console.error(`unknown part: ${unknown.join(', ')}; expected one of: ${Object.keys(parts).join(', ')}`)
  process.exit(1)
}

const wanted = Object.entries(parts).filter(([name]) => asked.length === 0 || asked.includes(name))
// The first takes as long as all others together: they run beside it, one after another, which two processors are enough for.
const [[firstName, firstCommand] = ['', []], ...others] = wanted
const first = run(firstCommand)
for (const [name, command] of others) tell(name, await run(command))
tell(firstName, await first)

function tell(name: string, { ok, output, seconds }: Result): void {
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${name.padEnd(10)} ${seconds.toFixed(1).padStart(5)} s`)
  if (ok) return
  console.log(output.trim().replace(/^/gm, '         '))
  process.exitCode = 1
}
