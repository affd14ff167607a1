/** 静默的数据源与等待它们的规则。 */
export const sources = {
  label: '静默的数据源',
  silent: '{source} 自 {since} 起静默；平时至少每 {usual} 有一次数据。',
  catching_up: '{source} 已恢复，正在补传旧数据；自 {since} 起曾静默。',
  given_up: '{source} 自 {since} 起静默，规则已不再等待它。',
  paused: '期间暂停判断：{rules}。此前发现的异常保持不变。',
  open: '全部数据源',
  more: '另有 {n} 个',
  orderSilent: '自 {until} 起未判断：{source} 静默',
  orderQuiet: '自 {until} 起未判断：{source} 比平时安静',
  orderCatchingUp: '自 {until} 起未判断：{source} 正在补传',
}
