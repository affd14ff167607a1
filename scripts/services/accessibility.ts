/** What keeps people from using a page that do not see it or have no mouse, as far as a program can tell: axe in Chromium. */
import axe from 'axe-core'
import type { Page } from 'playwright-core'

/** WCAG 2.2, levels A and AA. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
const GRAVE = ['serious', 'critical']
const WAIT_MS = 60_000

/** Serious and critical faults of the page as it stands, in both themes: the rule, the theme, and where. */
export async function graveFaults(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const faults: string[] = []
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    // Only colours differ between the themes.
    const rules = theme === 'light' ? { type: 'tag', values: RULES } : { type: 'rule', values: ['color-contrast'] }
    const found = await page.evaluate(runAxe, rules)
    const grave = found.filter(({ impact }) => GRAVE.includes(impact))
    faults.push(
      ...grave.map(({ id, where }) => `${new URL(page.url()).pathname} (${theme}): ${id}: ${where.join(' | ')}`),
    )
  }
  return faults
}

/** Until nothing on the page is a placeholder any more. */
export async function waitUntilShown(page: Page): Promise<void> {
  await page.waitForFunction(
    () => document.querySelector('h1') !== null && document.querySelector('.el-skeleton') === null,
    undefined,
    { timeout: WAIT_MS },
  )
}

/** Moves on with the Tab key until what is wanted has the focus. */
export async function tabTo(page: Page, selector: string, most = 120): Promise<void> {
  for (let pressed = 0; pressed < most; pressed += 1) {
    await page.keyboard.press('Tab')
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return
  }
  throw new Error(`${selector} did not get the focus within ${most} presses of Tab`)
}

type Found = { id: string; impact: string; where: string[] }

/** Runs in the page, where axe has been put before. */
async function runAxe(runOnly: { type: string; values: string[] }): Promise<Found[]> {
  const { axe: there } = globalThis as typeof globalThis & { axe: typeof axe }
  const { violations } = await there.run(document, { runOnly: runOnly as axe.RunOnly, resultTypes: ['violations'] })
  return violations.map(({ id, impact, nodes }) => ({
    id,
    impact: impact ?? '',
    where: nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)),
  }))
}
