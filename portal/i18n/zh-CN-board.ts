/** 看板除数字以外的文字：定义、时钟、常态区间、未成熟数据与变化归因。 */
import type { Messages } from './en.ts'

export const board: Messages['board'] = { all: '看板' }

export const clock: Messages['clock'] = {
  label: '时长的计算方式',
  hint: '按自然时间，或只计工作时间',
  calendar: '自然时间',
  business: '工作时间',
}

export const info: Messages['info'] = {
  open: '“{title}”的定义',
  unit: '单位',
  units: {
    count: '{entity}数',
    money: '金额，取多数行的币种',
    share: '占比，满分 100%',
    seconds: '时长',
    number: '数值',
  },
  time: '时间口径',
  by: '按“{time}”分批，时区 {zone}',
  state: '状态值：取时段结束时刻',
  clock: '时钟',
  calendar: '自然时间，全天计时',
  business: '只计工作时间',
  maturity: '成熟度',
  maturing: '近期数值仍会变化；全部明细定型前以虚线或斜纹显示。',
  better: '好坏方向',
  direction: { up_good: '越高越好', down_good: '越低越好', neutral: '无好坏之分' },
  name: '指标名',
}

export const maturity: Messages['maturity'] = {
  mark: '尚未定型',
  dashed: '虚线：尚未定型。部分订单仍在进行中，数值可能上升。',
  hatched: '斜纹：尚未定型。部分明细仍会变化。',
}

export const usual: Messages['usual'] = {
  word: '常态区间',
  hours: '常态区间：前几周的同一小时',
  days: '常态区间：前几周的同一星期几',
  learning: '暂无常态区间：需要 {n} 周数据。',
  learnt: '最早于 {day} 出现。',
  spikes: '突增',
  instead: '{observed}，常态为 {expected}',
  more: '另有 {n} 处突增',
}

export const explain: Messages['explain'] = {
  title: '变化归因',
  of: '变化归因：{title}',
  fromTo: '由 {before} 变为 {after}',
  before: '之前',
  after: '之后',
  at: '时刻',
  period: '与上一时段比较',
  week: '与一周前比较',
  choose: '自选两个时段',
  compare: '比较',
  by: '拆分维度',
  caption: '“{label}”各取值对变化的贡献',
  size: '贡献大小',
  change: '贡献',
  rate: '自身',
  rateHint: '该取值本身变好或变差',
  mix: '结构',
  mixHint: '该取值占整体的比重变大或变小',
  total: '合计',
  note: '自身：该取值本身的数值变化。结构：该取值占整体的比重变化。两者之和即为贡献。',
  empty: '两个时段都没有数据',
  emptyHint: '请比较更长的时段。',
  nothing: '没有可拆分的变化',
  nothingHint: '其中一个时段没有可计量的数据。',
  never: '该指标的变化无法拆分',
  neverHint: '只有计数、合计、占比和均值的各部分可以相加。',
}
