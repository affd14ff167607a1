/** `npm run verify -- olist <expectations file>`: does the product say what was worked out independently? */
import { Command } from 'commander'
import { createDoor } from '#transforms/query/door.ts'
import { type Comparison, type Json, readExpectations } from '#transforms/verify/expectations.ts'
import { verifyOlist } from '#transforms/verify/olist.ts'
import { openForReading } from './query/open.ts'

async function verify(file: string): Promise<void> {
  const expectations = readExpectations(file)
  const warehouse = await openForReading(process.env)
  try {
    const comparisons = await verifyOlist(createDoor(warehouse), expectations)
    print(comparisons)
    const different = comparisons.filter(({ isEqual }) => !isEqual).length
    console.log(`\n${comparisons.length - different} of ${comparisons.length} values equal`)
    if (different > 0) process.exitCode = 1
  } finally {
    await warehouse.close()
  }
}

function print(comparisons: readonly Comparison[]): void {
  const rows = comparisons.map(
    ({ name, expected, found, isEqual }) =>
      [name, text(expected), text(found), isEqual ? 'equal' : 'DIFFERENT'] as const,
  )
  const table = [['value', 'expected', 'found', ''] as const, ...rows]
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)))
  for (const row of table)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
}

function text(value: Json | undefined): string {
  return value === undefined ? 'missing' : typeof value === 'string' ? value : JSON.stringify(value)
}

const program = new Command('verify')
  .description(
    'Compares the metrics with values that were worked out independently. Exit code 1 when any differs or is missing.',
  )
  .showHelpAfterError()
program
  .command('olist')
  .description('the imported Olist data set')
  .argument('<file>', 'JSON file: {"values": {section: {"definition": …, "value": …}}}')
  .action(verify)

try {
  await program.parseAsync()
} catch (error) {
  const { name, code, message } = error as { name: string; code?: string; message: string }
  process.stderr.write(`${name}${code === undefined ? '' : ` ${code}`}: ${message}\n`)
  process.exitCode = 1
}
