/** Roles and what they may do. Which rows they may do it with is a person's scope. */

export const permissions = [
  /** Boards, numbers, drills, orders, the queue, incidents, search, rules as they are, reports of one's own. */
  'orders.read',
  /** Rows and numbers as files. */
  'orders.export',
  'orders.cancel',
  'payments.refund',
  /** Personal data as it was sent, with a reason. */
  'personal.reveal',
  'rules.change',
  /** Whether the data is right, for who sees all rows. */
  'data.read',
  /** Replays, breakers, process measurements. */
  'data.operate',
  'audit.read',
  /** Reports of others. */
  'reports.manage',
  'people.manage',
] as const
export type Permission = (typeof permissions)[number]

export const roles = ['manager', 'agent', 'lead', 'finance', 'operator', 'admin'] as const
export type Role = (typeof roles)[number]

const AGENT = [
  'orders.read',
  'orders.export',
  'orders.cancel',
  'payments.refund',
  'personal.reveal',
  'data.read',
] as const

/** A role is a set of permissions and nothing else. */
export const permissionsOf: Readonly<Record<Role, readonly Permission[]>> = {
  manager: ['orders.read', 'orders.export', 'rules.change', 'data.read'],
  agent: AGENT,
  lead: [...AGENT, 'rules.change', 'audit.read'],
  finance: ['orders.read', 'orders.export', 'payments.refund', 'data.read', 'audit.read'],
  operator: ['orders.read', 'data.read', 'data.operate'],
  admin: permissions,
}

/** What a key for a machine may be given: reading, files, and what moves money only where it is named. The rest is for people. */
export const machinePermissions = [
  'orders.read',
  'orders.export',
  'orders.cancel',
  'payments.refund',
  'data.read',
  'audit.read',
] as const satisfies readonly Permission[]
export type MachinePermission = (typeof machinePermissions)[number]

/** Who holds a key may what both the key and the role of its maker allow. */
export type Holder = {
  readonly role: Role
  readonly key?: { readonly permissions: readonly Permission[] } | undefined
}

export const may = ({ role, key }: Holder, permission: Permission): boolean =>
  permissionsOf[role].includes(permission) && (key === undefined || key.permissions.includes(permission))
