/** What boards say besides their numbers: definitions, clocks, what is usual, what is not final, and what changed. */

export const board = { all: 'Boards' }

export const clock = {
  label: 'How durations are counted',
  hint: 'Durations around the clock, or business hours only',
  calendar: 'Calendar time',
  business: 'Business time',
}

export const info = {
  open: 'What “{title}” means',
  unit: 'Unit',
  units: {
    count: 'number of {entity}',
    money: 'money, in the currency most rows have',
    share: 'share, out of 100%',
    seconds: 'duration',
    number: 'number',
  },
  time: 'Time',
  by: 'cohorts by “{time}”, in {zone}',
  state: 'a state: as it is at the end of the window',
  clock: 'Clock',
  calendar: 'calendar time, around the clock',
  business: 'business hours only',
  maturity: 'Maturity',
  maturing: 'Recent values still change. They are dashed or hatched until all their rows are final.',
  better: 'Better',
  direction: { up_good: 'more is better', down_good: 'less is better', neutral: 'neither' },
  name: 'Name',
}

export const maturity = {
  mark: 'not final yet',
  dashed: 'Dashed: not final yet. Some of these orders are still under way, so the value may rise.',
  hatched: 'Hatched: not final yet. Some of these rows still change.',
}

export const usual = {
  word: 'Usual',
  hours: 'usual range: the same hour of the weeks before',
  days: 'usual range: the same weekday of the weeks before',
  learning: 'No usual range yet: it takes {n} weeks of data.',
  learnt: 'The first comes on {day}.',
  spikes: 'Spikes',
  instead: '{observed} instead of {expected}',
  more: 'and {n} more spike | and {n} more spikes',
}

export const explain = {
  title: 'What changed?',
  of: 'What changed? {title}',
  fromTo: 'from {before} to {after}',
  before: 'Before',
  after: 'After',
  at: 'at',
  period: 'With the period before',
  week: 'With a week before',
  choose: 'Choose both',
  compare: 'Compare',
  by: 'Split by',
  caption: 'What each value of “{label}” did to the change',
  size: 'Size of the part',
  change: 'Part of the change',
  rate: 'Rate',
  rateHint: 'Its own value became better or worse',
  mix: 'Mix',
  mixHint: 'It became a larger or smaller part of the whole',
  total: 'Together',
  note: 'Rate: the value itself moved. Mix: it became a larger or smaller part of the whole. Both together are the part of the change.',
  empty: 'Nothing happened in either window',
  emptyHint: 'Compare longer windows.',
  nothing: 'There is no change to divide',
  nothingHint: 'One of the two windows has nothing to measure.',
  never: 'This change cannot be divided',
  neverHint: 'Parts add up only for counts, sums, shares and averages.',
}
