/** 界面文字：结构与 `en.ts` 相同，缺一条就不能通过类型检查。 */
import type { Messages } from './en.ts'

export const zhCN: Messages = {
  app: { name: 'Orderlens', tagline: '哪些订单出了问题、为什么、从何时起、该怎么办', skip: '跳到正文', menu: '菜单' },
  nav: { overview: '总览', queue: '工作队列', reports: '报告', data: '数据', order: '订单 {no}', signOut: '退出登录', preferences: '偏好设置' },
  preferences: { language: '语言', theme: '外观', light: '浅色', dark: '深色', auto: '跟随系统', zone: '时区' },
  signIn: {
    title: '登录', email: '邮箱', password: '密码', submit: '登录', demo: '演示人员', demoHint: '本环境带有演示数据。点选一位，即可自动填写。', fill: '以 {name} 的身份登录',
    wrong: '邮箱或密码不正确。', slow: '尝试次数过多，请一分钟后再试。',
    points: { trend: '异常趋势，一点即见背后的每一张订单', order: '一张订单在各系统中的全过程，尽在一屏', act: '正确的处理动作，只执行一次，结果可见', report: '报告邮件里的每个数字都能点开' },
  },
  state: {
    loading: '加载中', retry: '重试', failed: '加载失败', stale: '未能刷新：{reason}', empty: '这里还没有内容', forbidden: '您没有查看权限', requestId: '请求编号 {id}',
    noData: '该时段没有数据', noDataHint: '请放宽时间范围或减少筛选条件。', live: '实时', paused: '已断开', liveHint: '随事件到达自动更新', pausedHint: '实时连接已断开，正在重连', asOf: '截至 {time}', notFound: '页面不存在', goHome: '返回总览',
  },
  window: { label: '时间范围', '24h': '24 小时', '7d': '7 天', '30d': '30 天', '90d': '90 天', custom: '自定义', from: '开始', to: '结束', apply: '应用' },
  filter: { label: '筛选', clear: '清除筛选', ignored: '{names} 不适用于此处', is: '{name}：{values}', isNot: '{name}：除 {values} 外' },
  tile: {
    chart: '图表', table: '表格', showTable: '以表格显示“{title}”', showChart: '以图表显示“{title}”', total: '合计', open: '查看 {label} 背后的明细：{value}', previous: '上期 {value}', previousTitle: '与等长的上一时段相比', noPrevious: '无上期数据', better: '变好', worse: '变差', up: '上升', down: '下降', flat: '持平', truncated: '未显示全部取值', time: '时间', truncatedHint: '结果已截断，仅显示最大的取值。', rankingOf: '按{dimension}的{metric}',
  },
  drill: {
    title: '数据背后的明细', count: '{n} / {total} 个{entity}，涉及 {orders} 张订单', countOrders: '{n} / {total} 张订单', drift: '图上为 {n}：此后数据已有变动。', window: '{from} 至 {to}', moment: '截至 {time}', export: '导出 CSV', copy: '复制链接', copied: '链接已复制', close: '关闭', rows: '第 {from}–{to} 行，共 {total} 行', empty: '没有对应的明细', emptyHint: '零就是零：这里确实没有发生。', page: '明细分页', numerator: '计入', denominator: '基数', part: '占比的明细', open: '打开订单 {no}', exportFailed: '导出失败：{reason}', all: '无筛选',
    entity: { anomaly: '异常', order: '订单', line: '订单行', payment: '支付', review: '评价', record: '记录' },
  },
  search: { label: '搜索', placeholder: '订单号、运单号、支付单号、手机尾号…', hint: '按 / 或 Ctrl K', none: '未找到“{q}”', noneHint: '可输入订单号、运单号、支付或退款单号、买家，或手机号后四位。', short: '请至少输入两个字符', results: '{n} 条结果' },
  order: {
    copyNo: '复制订单号', copied: '已复制', historic: '历史导入', placed: '下单于 {time}', violations: '阶段记录顺序异常', violationsHint: '来源系统记录的阶段先后不可能成立；此处按原样显示。', notFound: '订单不存在，或不在您的可见范围内', promised: '承诺 {time}', buyer: '买家', source: '来源状态',
    payable: '应付', paid: '实付', refunded: '已退', difference: '差额', items: '商品', freight: '运费', discount: '优惠', milestones: '关键节点', updated: '刚刚更新',
    tabsLabel: '订单各部分',
    tabs: { timeline: '时间线', payments: '支付与退款', parcels: '包裹', items: '商品与库存', coupons: '优惠券', operations: '人工操作', anomalies: '异常与处理', raw: '原始事件' },
    none: { timeline: '暂无事件', payments: '没有支付', refunds: '没有退款', parcels: '没有包裹', items: '没有商品', stock: '没有库存变动', coupons: '没有使用优惠券', operations: '没有人工操作过此订单', anomalies: '从未出现异常', actions: '尚无处理记录', raw: '没有原始数据' },
    payments: '支付', refunds: '退款', stock: '库存变动', duplicate: '重复', copies: '收到 {n} 份', caused: '由操作 {id} 引起', by: '操作人 {who}', lanes: '系统', later: '+{span}', recorded: '接收于 {time}', position: '{topic} · 分区 {partition} · 位点 {offset}', linesTotal: '合计',
    dueIn: '{time}到期', openedAt: '{time}开启', resolvedAt: '{time}解决（{how}）', exposure: '风险金额', evidence: '证据：{n} 个事件', threshold: '阈值', 
  },
  action: {
    panel: '处理建议', open: '未解决的异常', noneOpen: '此订单目前一切正常。', legal: '可用操作', recent: '处理记录', notAllowed: '不可用：{reason}', start: { cancel_order: '取消订单…', refund_payment: '退款 {amount}…' }, answers: '针对：{anomaly}',
    title: { cancel_order: '取消订单 {no}？', refund_payment: '退款 {amount}？' },
    effect: { cancel_order: '将在店铺取消该订单。尚未付款，因此不涉及资金；预占的库存和锁定的优惠券会被释放。', refund_payment: '{amount} 将从支付 {payment} 退还给买家。订单不变，第一笔支付保留。此操作无法撤销。' },
    moves: '涉及资金', noMoney: '无', reason: '原因', reasonHint: '将记入审计并随指令发送', reasonDefault: { cancel_order: '超时未支付', refund_payment: '重复支付' }, confirm: { cancel_order: '确认取消订单', refund_payment: '确认退款 {amount}' }, back: '暂不处理', sending: '提交中…', unsettled: '没有收到答复。可以放心重试：同一请求绝不会执行两次。', again: '重试', by: '{name}，{time}', steps: '操作进度', done: '已完成。{what}', doneHint: { cancel_order: '店铺已确认取消。', refund_payment: '支付服务商已确认退款。' },
    why: {
      role_may_not: '您的角色没有此权限', historic_order: '历史导入的订单不能操作', already_requested: '已经提出过同样的请求', already_canceled: '订单已取消', already_paid: '订单已支付', already_shipped: '订单已发货', no_duplicate_payment: '没有重复支付', already_refunded: '已经退款', above_limit: '金额超出您的权限', amount_changed: '金额已变动', other: '目前对此订单不合规（{code}）',
    },
  },
  queue: {
    title: '工作队列', views: { open: '未解决', at_risk: '即将违约', money: '资金', logistics: '物流', escalated: '已升级' }, viewsLabel: '视图', type: '类型', allTypes: '全部类型', keys: 'j / k 移动，Enter 打开', empty: '此视图没有待办', emptyHint: '新的异常会自动出现在这里。', more: '显示更多', due: '截止', opened: '开启时间', concerns: '对象', shown: '{shown} / {total}',
  },
  report: {
    title: '报告', lead: '定时邮件，每个数字都能点开查看背后的订单。', create: '新建报告', edit: '编辑报告', name: '标题', definition: '内容', rhythm: '频率', cron: 'Cron 表达式', cronHint: '分 时 日 月 周，按报告所设时区', zone: '时区', language: '语言', recipients: '收件人', recipientsHint: '本系统人员的邮箱；每人收到各自可见范围内的数字。', recipientPlaceholder: '输入邮箱后按回车', enabled: '已启用', disabled: '已暂停', filters: '筛选', save: '保存', cancel: '取消', saved: '已保存', next: '下次：{time}', noNext: '未排期', preview: '预览', previewOf: '预览“{title}”', sendNow: '立即发送', sent: '已安排发送，请查看投递记录', remove: '删除', removeTitle: '删除“{title}”？', removeBody: '将不再发送，投递记录会保留。', log: '投递记录', to: '{n} 位收件人', empty: '还没有报告', emptyHint: '为自己或同事订阅看板数字。', logEmpty: '尚无投递', subject: '主题', recipient: '收件人', state: '状态', when: '发送时间', eml: '打开 .eml', owner: '创建人 {name}', required: '必填', badMail: '邮箱格式不正确：{value}', badCron: '需要五个字段', sendTitle: '立即发送“{title}”？', sendBody: '将在计划之外立即发给 {n} 位收件人。', send: '发送', transport: '方式',
    presets: { daily8: '每天 08:00', weekdays9: '周一至周五 09:00', monday8: '每周一 08:00', hourly: '每小时', month1: '每月 1 日 08:00', custom: '自定义' },
  },
  data: {
    title: '数据健康', lead: '每条落地消息要么成为事件，要么成为注明原因的死信，始终如此。', landed: '已落地', events: '事件', dead: '死信', balanced: '平衡：落地 = 事件 + 死信', unbalanced: '不平衡：落地 ≠ 事件 + 死信', sources: '来源', topic: '主题', format: '格式', last: '最近消息', byReason: '死信原因', reason: '原因', n: '数量', sample: '示例', noDead: '没有死信', tick: '最近一次检测', tickText: '{orders} 张订单，耗时 {ms} 毫秒', noTick: '尚未检测', asOf: '数据截至', forbidden: '仅管理员可查看此页。',
  },
  error: { connection: '无法连接服务器。', crashed: '此页面出现错误。', reload: '重新加载' },
}
