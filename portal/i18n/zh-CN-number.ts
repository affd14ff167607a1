/** The page of a number that was passed on. */
export const number = {
  title: '他人转来的数字',
  measured: '定义版本 {version}，截至 {time}',
  drift: '转发时为 {n}：此后数据已有变动，或其中一部分不在您的查看范围内。',
  none: '其中没有您可以查看的明细',
  noneHint: '转发时为 {value}。您能看到哪些明细取决于您可查看的渠道、店铺、地区和异常类型；也可能此后数据已有变动。',
  refused: '这个数字的链接不完整',
  refusedHint: '链接在粘贴时可能被截断。请复制完整的链接，或请发送者重新“复制此数字的链接”。',
  redefined: '这个数字的定义已经更改',
  redefinedHint: '该链接指向按旧定义计算的数字，现在打开会得到另一个数字。请在看板上重新查看，或请发送者重新发送。',
  now: '当前定义：{definition}',
}
