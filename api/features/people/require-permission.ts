import { type Holder, type Permission, may, permissionsOf, roles } from '../../contract/permissions.ts'
import { ApiError } from '../../errors.ts'

/** Throws what the caller is told who has not the permission: which roles have it, or that the key was not given it. */
export function requirePermission(person: Holder, permission: Permission): void {
  if (may(person, permission)) return
  if (may({ role: person.role }, permission))
    throw new ApiError('not_allowed', `this key was made without the permission ${permission}; make one that has it`, {
      reason: 'key_permission_needed',
      parts: { permission },
    })
  const able = roles.filter((role) => permissionsOf[role].includes(permission))
  throw new ApiError('not_allowed', `this needs the role ${able.join(' or ')}; yours is ${person.role}`, {
    reason: 'role_needed',
    parts: { expected: able.join(','), came: person.role },
  })
}
