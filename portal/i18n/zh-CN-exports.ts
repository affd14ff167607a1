import type { Messages } from './en.ts'

export const exports: Messages['exports'] = {
  title: '导出',
  lead: '在后台按您的数据范围生成的明细文件，保留一天。',
  empty: '还没有导出',
  emptyHint: '点开任意数字并选择“导出”：较大的文件会在这里生成。',
  begun: '正在生成文件，完成后可在“导出”页面下载。',
  progress: '{rows} / {total} 行',
  waiting: '等待处理',
  rows: '{n} 行',
  download: '下载',
  cancel: '取消',
  remove: '删除',
  keptUntil: '保留至 {time}',
  asOf: '数据截至 {time}',
  more: '显示更早的导出',
  failure: {
    not_allowed: '您的角色已不能导出。',
    person_disabled: '轮到处理时该账号已停用。',
    too_large: '数据超出引擎能处理的范围，请缩短时间范围。',
    timed_out: '处理时间过长，请缩短时间范围。',
    disk_full: '导出所用磁盘已满，请管理员清理空间。',
    interrupted: '处理期间服务器多次中断，请减少一次导出的内容。',
    unavailable: '暂时无法读取数据，请稍后重新导出。',
    refused: '这个查询已不再有效，请重新打开该数字。',
    internal: '服务器出现错误，详情见服务器日志。',
  },
}

/** A file that was asked for by its address and did not come. */
export const refused = {
  title: '文件未能下载。',
  dismiss: '知道了',
  hint: {
    exports: '下面是您自己的文件。文件只供导出者本人下载：请打开对应的数字，自行导出。',
    reports: '已发送的邮件见下方相应的报表。',
    people: '尚待转交的邮件见下方相应的人员。',
  },
}
