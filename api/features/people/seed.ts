import { demoPeople } from './demo.ts'
import { hashPassword } from './password.ts'
import type { People } from './people.ts'
import { unrestricted } from '#transforms/query/request.ts'

/** Gives a new installation its first people: the demo ones, or the configured admin. Existing people stay as they are. */
export async function seedPeople(
  people: People,
  options: { demo: boolean; admin: { email: string; password: string } | null },
): Promise<void> {
  const { demo, admin } = options
  if (admin !== null && (await people.byEmail(admin.email)) === null) {
    const passwordHash = await hashPassword(admin.password)
    await people.add({
      email: admin.email,
      name: 'Admin',
      role: 'admin',
      scope: unrestricted,
      moneyLimit: 0,
      passwordHash,
    })
  }
  if (!demo) return
  for (const person of demoPeople) {
    if ((await people.byEmail(person.email)) !== null) continue
    const passwordHash = await hashPassword(person.password)
    const { password: _, about: __, ...rest } = person
    await people.add({ ...rest, passwordHash, isDemo: true })
  }
}
