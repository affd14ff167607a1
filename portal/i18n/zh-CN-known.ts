/** What the screens say about the past as it was known, in Chinese. */
export const known = {
  label: '按当时所知…',
  hint: '全部按该时刻已知的事件重新计算，之后才落地或记录的不计入。',
  choose: '时刻',
  apply: '查看',
  banner: '以下为 {time} 当时所知，之后才得知的不计入。',
  now: '回到当前',
  present: '当前',
  earlier: '前一个事件',
  later: '后一个事件',
  step: '第 {n} / {total} 个',
  chip: '按 {time} 所知',
  noActions: '这是过去的状态，不能处置。请回到当前再操作。',
}
