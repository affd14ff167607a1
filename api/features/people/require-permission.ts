import { type Permission, may, permissionsOf, roles } from '../../contract/permissions.ts'
import type { Person } from '../../contract/session.ts'
import { ApiError } from '../../errors.ts'

/** Throws what the caller is told who has not the permission: which roles have it. */
export function requirePermission(person: Pick<Person, 'role'>, permission: Permission): void {
  if (may(person, permission)) return
  const able = roles.filter((role) => permissionsOf[role].includes(permission))
  throw new ApiError('not_allowed', `this needs the role ${able.join(' or ')}; yours is ${person.role}`, {
    reason: 'role_needed',
    parts: { expected: able.join(','), came: person.role },
  })
}
