/** Everything the screens say, in English; `zh-CN.ts` has the same shape. */
export const en = {
  app: { name: 'Orderlens', tagline: 'Which orders are in trouble, why, since when, and what to do', skip: 'Skip to content', menu: 'Menu' },
  nav: { overview: 'Overview', queue: 'Queue', reports: 'Reports', data: 'Data', order: 'Order {no}', signOut: 'Sign out', preferences: 'Preferences' },
  preferences: { language: 'Language', theme: 'Appearance', light: 'Light', dark: 'Dark', auto: 'As the system', zone: 'Time zone' },
  signIn: {
    title: 'Sign in', email: 'E-mail', password: 'Password', submit: 'Sign in', demo: 'Demo people', demoHint: 'This installation has demo data. Pick a person to fill in the form.', fill: 'Sign in as {name}',
    wrong: 'E-mail or password is not right.', slow: 'Too many tries. Wait a minute, then try again.',
    points: { trend: 'Anomaly trends that open as the very orders behind them', order: 'One order’s whole life, from every system, on one screen', act: 'The right action, once, with its result shown', report: 'Report e-mails whose every number is a link' },
  },
  state: {
    loading: 'Loading', retry: 'Try again', failed: 'This could not be loaded', stale: 'Not refreshed: {reason}', empty: 'Nothing here', forbidden: 'You may not see this', requestId: 'Request {id}',
    noData: 'No data in this window', noDataHint: 'Widen the window or remove a filter.', live: 'Live', paused: 'Not live', liveHint: 'Moves by itself as events come in', pausedHint: 'The live connection is lost; trying again', asOf: 'As of {time}', notFound: 'There is no such page', goHome: 'Go to the overview',
  },
  window: { label: 'Time window', '24h': '24 h', '7d': '7 days', '30d': '30 days', '90d': '90 days', custom: 'Custom', from: 'From', to: 'To', apply: 'Apply' },
  filter: { label: 'Filters', clear: 'Clear filters', ignored: '{names} cannot be applied here', is: '{name}: {values}', isNot: '{name}: not {values}' },
  tile: {
    chart: 'Chart', table: 'Table', showTable: 'Show “{title}” as a table', showChart: 'Show “{title}” as a chart', total: 'Total', open: 'Show the rows behind {label}: {value}', previous: 'was {value}', previousTitle: 'In the previous period of the same length', noPrevious: 'no previous period', better: 'better', worse: 'worse', up: 'up', down: 'down', flat: 'unchanged', truncated: 'Not all values are shown', time: 'Time', truncatedHint: 'The answer was cut; the largest values are shown.', rankingOf: '{metric} by {dimension}',
  },
  drill: {
    title: 'Rows behind the mark', count: '{n} of {total} {entity} on {orders} orders', countOrders: '{n} of {total} orders', drift: 'The mark said {n}: data has moved since then.', window: '{from} to {to}', moment: 'as of {time}', export: 'Export CSV', copy: 'Copy link', copied: 'Link copied', close: 'Close', rows: 'Rows {from}–{to} of {total}', empty: 'No rows are behind this mark', emptyHint: 'A zero is a zero: nothing of the kind happened here.', page: 'Pages of rows', numerator: 'Counted', denominator: 'Out of', part: 'Rows of the share', open: 'Open order {no}', exportFailed: 'The export failed: {reason}', all: 'no filter',
    entity: { anomaly: 'anomalies', order: 'orders', line: 'order lines', payment: 'payments', review: 'reviews', record: 'records' },
  },
  search: { label: 'Search', placeholder: 'Order, tracking, payment, phone tail …', hint: 'Press / or Ctrl K', none: 'Nothing found for “{q}”', noneHint: 'Try an order number, a tracking number, a payment or refund number, a buyer or the last four digits of a phone.', short: 'Type at least two characters', results: '{n} results' },
  order: {
    copyNo: 'Copy the order number', copied: 'Copied', historic: 'Imported history', placed: 'Placed {time}', violations: 'Stages recorded out of order', violationsHint: 'The sources report these stages in an impossible order; they are shown as they were recorded.', notFound: 'No such order, or it is outside what you may see', promised: 'by {time}', buyer: 'Buyer', source: 'status at the source',
    payable: 'Payable', paid: 'Paid', refunded: 'Refunded', difference: 'Difference', items: 'Items', freight: 'Freight', discount: 'Discount', milestones: 'Milestones', updated: 'Updated just now',
    tabsLabel: 'Parts of the order',
    tabs: { timeline: 'Timeline', payments: 'Payments & refunds', parcels: 'Parcels', items: 'Items & stock', coupons: 'Coupons', operations: 'Operations', anomalies: 'Anomalies & actions', raw: 'Raw events' },
    none: { timeline: 'No events yet', payments: 'No payments', refunds: 'No refunds', parcels: 'No parcels', items: 'No items', stock: 'No stock movements', coupons: 'No coupons', operations: 'Nobody has changed this order by hand', anomalies: 'No anomalies, now or before', actions: 'No actions so far', raw: 'No landed bytes' },
    payments: 'Payments', refunds: 'Refunds', stock: 'Stock movements', duplicate: 'duplicate', copies: '{n} copies received', caused: 'caused by action {id}', by: 'by {who}', lanes: 'Systems', later: '+{span}', recorded: 'received {time}', position: '{topic} · partition {partition} · offset {offset}', linesTotal: 'Total',
    dueIn: 'due {time}', openedAt: 'opened {time}', resolvedAt: 'resolved {time} {how}', exposure: 'at risk', evidence: 'Evidence: {n} events', threshold: 'Threshold', 
  },
  action: {
    panel: 'What to do', open: 'Open anomalies', noneOpen: 'Nothing is wrong with this order now.', legal: 'Actions', recent: 'Actions so far', notAllowed: 'Not possible: {reason}', start: { cancel_order: 'Cancel order …', refund_payment: 'Refund {amount} …' }, answers: 'answers: {anomaly}',
    title: { cancel_order: 'Cancel order {no}?', refund_payment: 'Refund {amount}?' },
    effect: { cancel_order: 'The order is canceled at the shop. No money moves: nothing has been paid. Reserved stock and locked coupons are released.', refund_payment: '{amount} goes back to the buyer from payment {payment}. The order stays as it is; its first payment is kept. This cannot be undone.' },
    moves: 'Money that moves', noMoney: 'none', reason: 'Reason', reasonHint: 'Kept in the audit and sent with the command', reasonDefault: { cancel_order: 'Unpaid past its deadline', refund_payment: 'Duplicate payment' }, confirm: { cancel_order: 'Cancel the order', refund_payment: 'Refund {amount}' }, back: 'Not now', sending: 'Sending …', unsettled: 'No answer came. Trying again is safe: the same request is never carried out twice.', again: 'Try again', by: 'by {name}, {time}', steps: 'Progress of the action', done: 'Done. {what}', doneHint: { cancel_order: 'The shop has confirmed the cancellation.', refund_payment: 'The payment provider has confirmed the refund.' },
    why: {
      role_may_not: 'your role may not do this', historic_order: 'imported history cannot be acted on', already_requested: 'it has already been asked for', already_canceled: 'the order is already canceled', already_paid: 'the order has been paid', already_shipped: 'the order has been shipped', no_duplicate_payment: 'there is no duplicate payment', already_refunded: 'it has already been refunded', above_limit: 'the amount is above your limit', amount_changed: 'the amount has changed', other: 'it is not legal for this order now ({code})',
    },
  },
  queue: {
    title: 'Queue', views: { open: 'Open', at_risk: 'At risk', money: 'Money', logistics: 'Logistics', escalated: 'Escalated' }, viewsLabel: 'Views', type: 'Type', allTypes: 'All types', keys: 'j / k to move, Enter to open', empty: 'Nothing waits in this view', emptyHint: 'New anomalies appear here by themselves.', more: 'Show more', due: 'Due', opened: 'Opened', concerns: 'Concerns', shown: '{shown} of {total}',
  },
  report: {
    title: 'Reports', lead: 'Scheduled e-mails whose every number opens as the list of orders that made it.', create: 'New report', edit: 'Edit report', name: 'Title', definition: 'Content', rhythm: 'Rhythm', cron: 'Cron expression', cronHint: 'minute hour day month weekday, in the report’s time zone', zone: 'Time zone', language: 'Language', recipients: 'Recipients', recipientsHint: 'E-mail addresses of people of this installation; each receives the numbers of their own scope.', recipientPlaceholder: 'Type an address, Enter', enabled: 'Enabled', disabled: 'Paused', filters: 'Filters', save: 'Save', cancel: 'Cancel', saved: 'Saved', next: 'Next: {time}', noNext: 'Not scheduled', preview: 'Preview', previewOf: 'Preview of “{title}”', sendNow: 'Send now', sent: 'On its way; see the delivery log', remove: 'Delete', removeTitle: 'Delete “{title}”?', removeBody: 'It will not be sent any more. Its delivery log is kept.', log: 'Delivery log', to: '{n} recipients', empty: 'No reports yet', emptyHint: 'Subscribe yourself or others to the numbers of a board.', logEmpty: 'Nothing has been delivered yet', subject: 'Subject', recipient: 'Recipient', state: 'State', when: 'Sent', eml: 'Open .eml', owner: 'by {name}', required: 'Required', badMail: 'Not an e-mail address: {value}', badCron: 'Five fields are needed', sendTitle: 'Send “{title}” now?', sendBody: 'It goes to {n} recipients at once, besides its rhythm.', send: 'Send', transport: 'By',
    presets: { daily8: 'Every day at 08:00', weekdays9: 'Monday to Friday at 09:00', monday8: 'Mondays at 08:00', hourly: 'Every hour', month1: 'The 1st of the month at 08:00', custom: 'Custom' },
  },
  data: {
    title: 'Data health', lead: 'Every landed message is either an event or a dead letter with a reason. Always.', landed: 'Landed', events: 'Events', dead: 'Dead letters', balanced: 'Balanced: landed = events + dead letters', unbalanced: 'Not balanced: landed ≠ events + dead letters', sources: 'Sources', topic: 'Topic', format: 'Format', last: 'Last message', byReason: 'Dead letters by reason', reason: 'Reason', n: 'Number', sample: 'Example', noDead: 'No dead letters', tick: 'Last detection tick', tickText: '{orders} orders in {ms} ms', noTick: 'No tick yet', asOf: 'Data as of', forbidden: 'Only administrators see this page.',
  },
  error: { connection: 'The server cannot be reached.', crashed: 'Something went wrong on this page.', reload: 'Reload' },
}

export type Messages = typeof en
