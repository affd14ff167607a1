/** What is said beside the result goes to standard error. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`)
}
