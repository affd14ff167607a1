import { type Operations, readsWarehouse } from '../../openapi/operation.ts'
import { trial } from '../rules/openapi.ts'

const saved = { version: 1, saved_by_name: '林曼 Lin Man', saved_at: '2026-01-12T01:00:00.000Z' }
const shifts = [
  { weekday: 1, opens: '09:00', closes: '12:00' },
  { weekday: 1, opens: '13:30', closes: '18:00' },
]
const note = 'the make-up day for the October holidays'
const proposal = {
  of: 'calendar',
  draft: {
    calendar: 'default',
    hours: { zone: 'Asia/Shanghai', valid_from: '2026-02-01', shifts },
    days: [{ day: '2026-10-10', kind: 'workday', works_as: 1, name: '国庆节' }],
    note,
  },
  expected_version: 0,
}
const refuses = ['conflict', 'not_found', 'not_allowed', ...readsWarehouse] as const

export const calendarOperations = {
  'GET /api/calendars': {
    id: 'listCalendars',
    tag: 'rules',
    summary: 'The calendars in whose hours rules count, and the promotions that rules may be for',
    answer: {
      calendars: [
        {
          calendar: 'default',
          version: 1,
          hours: [
            {
              zone: 'Asia/Shanghai',
              first_day: '2026-02-01',
              last_day: '2149-06-06',
              shifts,
              hours_source: note,
              ...saved,
            },
          ],
          days: [{ day: '2026-10-10', kind: 'workday', works_as: 1, name: '国庆节', note, ...saved }],
          rules: ['not_shipped'],
          is_of_metrics: true,
        },
      ],
      promotions: [
        {
          promotion: '618_2026',
          name: '618',
          zone: 'Asia/Shanghai',
          periods: [{ begins: '2026-05-31 20:00', ends: '2026-06-20 23:59' }],
          note: 'the platform begins a day earlier this year',
          rules: ['not_shipped'],
          ...saved,
        },
      ],
      may_change: true,
    },
    refuses: readsWarehouse,
  },
  'POST /api/calendars/trials': {
    id: 'tryCalendar',
    tag: 'rules',
    summary: 'What a changed calendar or promotion does to open promises, or would have done to past orders',
    description:
      'Its outcome opens by `/api/rules/trials/{trial_id}` and `/api/rules/trials/{trial_id}/orders`, as that of a rule.',
    body: { proposal, history: null, zone: 'Asia/Shanghai' },
    answer: trial,
    refuses,
  },
  'POST /api/calendars': {
    id: 'saveCalendar',
    tag: 'rules',
    summary: 'Saves a change of a calendar or promotion whose effect was looked at',
    body: { proposal, trial_id: '0f3c9a7be1d24c5f8a6b7c8d9e0f1a2b' },
    answer: { name: 'default', ...saved },
    refuses,
  },
} as const satisfies Operations
