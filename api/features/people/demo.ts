/** Demo people of an embedded installation. They never exist where DATABASE_URL or an admin of its own is set. */
import { type RowScope, unrestricted } from '#transforms/query/request.ts'
import type { z } from 'zod'
import type { Role } from '../../contract/permissions.ts'
import type { demoPeopleSchema } from '../../contract/session.ts'

export type DemoPerson = {
  readonly email: string
  readonly password: string
  readonly name: string
  readonly role: Role
  readonly scope: RowScope
  readonly moneyLimit: number
  readonly moneyLimitDay?: number
  readonly moneyLimitCustomer?: number
  readonly about: { readonly en: string; readonly zh: string }
}

export const demoPeople: readonly DemoPerson[] = [
  {
    email: 'manager@demo.orderlens',
    password: 'see-everything',
    name: '林曼 Lin Man',
    role: 'manager',
    scope: unrestricted,
    moneyLimit: 0,
    about: { en: 'Reads every board, drill and report; moves no money.', zh: '可看所有看板、明细和报告；不处理资金。' },
  },
  {
    email: 'agent@demo.orderlens',
    password: 'solve-any-case',
    name: '陈安 Chen An',
    role: 'agent',
    scope: unrestricted,
    moneyLimit: 50_000,
    about: {
      en: 'Works the queue of all regions; cancels orders, refunds up to 500.00.',
      zh: '处理所有地区的异常；可取消订单，退款上限 500.00。',
    },
  },
  {
    email: 'agent.zhejiang@demo.orderlens',
    password: 'only-one-region',
    name: '周琪 Zhou Qi',
    role: 'agent',
    scope: { ...unrestricted, regions: ['浙江'] },
    moneyLimit: 20_000,
    about: {
      en: 'Sees orders of 浙江 (Zhejiang) only; refunds up to 200.00.',
      zh: '只能看到浙江的订单；退款上限 200.00。',
    },
  },
  {
    email: 'lead@demo.orderlens',
    password: 'answer-for-them',
    name: '郭蕾 Guo Lei',
    role: 'lead',
    scope: unrestricted,
    moneyLimit: 200_000,
    moneyLimitDay: 1_000_000,
    moneyLimitCustomer: 300_000,
    about: {
      en: 'Leads the agents: sets thresholds, reads the audit; refunds up to 2,000.00, 10,000.00 a day, 3,000.00 a customer.',
      zh: '客服主管：可设置阈值、查看审计；单笔退款上限 2,000.00，每日 10,000.00，每位客户 3,000.00。',
    },
  },
  {
    email: 'finance@demo.orderlens',
    password: 'every-cent-counts',
    name: '沈方 Shen Fang',
    role: 'finance',
    scope: unrestricted,
    moneyLimit: 500_000,
    about: {
      en: 'Refunds up to 5,000.00 and reads the audit; cancels nothing, sees no personal data.',
      zh: '可退款，上限 5,000.00，可查看审计；不可取消订单，不可查看个人信息。',
    },
  },
  {
    email: 'operator@demo.orderlens',
    password: 'let-it-flow',
    name: '魏宁 Wei Ning',
    role: 'operator',
    scope: unrestricted,
    moneyLimit: 0,
    about: {
      en: 'Keeps the data flowing: replays, breakers, sources; moves no money, sees no personal data.',
      zh: '负责数据运行：重放、熔断、数据源；不处理资金，不可查看个人信息。',
    },
  },
  {
    email: 'admin@demo.orderlens',
    password: 'keep-it-running',
    name: '高明 Gao Ming',
    role: 'admin',
    scope: unrestricted,
    moneyLimit: 1_000_000,
    about: {
      en: 'Sees everything, data health and audit too; refunds up to 10,000.00.',
      zh: '可看全部内容以及数据状态和审计；退款上限 10,000.00。',
    },
  },
]

export const demoCards = (): z.infer<typeof demoPeopleSchema> =>
  demoPeople.map(({ email, password, name, role, about }) => ({ email, password, name, role, about: { ...about } }))
