/** Words for the codes of the Data screen. */
import type { Localized } from '#api/contract/metrics.ts'

const w = (en: string, zh: string): Localized => ({ en, zh })

export const dataWords = {
  source_kind: {
    kafka: w('Kafka topic', 'Kafka 主题'),
    http: w('HTTP key', 'HTTP 密钥'),
    webhook: w('Webhook', 'Webhook'),
    file: w('Files', '文件'),
    simulator: w('Simulated store', '模拟店铺'),
    portal: w('This portal', '本门户'),
  },
  stream_state: {
    running: w('Reading', '读取中'),
    paused: w('Held back', '限流中'),
    waiting: w('Connecting', '连接中'),
    stopped: w('Stopped', '已停止'),
    unreported: w('Not reported', '未上报'),
  },
  note_kind: {
    topic_added: w('Topic found', '发现主题'),
    topic_removed: w('Topic gone', '主题消失'),
    partition_added: w('Partition added', '新增分区'),
    retention_cut: w('Cut by retention', '被保留期清除'),
    gap_accepted: w('Gap accepted', '已接受缺口'),
    topic_recreated: w('Topic made anew', '主题重建'),
    reader_reopened: w('Reader opened again', '重新连接'),
  },
  system_state: {
    learning: w('Learning', '学习中'),
    irregular: w('Irregular', '无规律'),
    live: w('Live', '正常'),
    quiet: w('Quieter than usual', '比平时安静'),
    silent: w('Silent', '静默'),
    catching_up: w('Catching up', '追赶中'),
    given_up: w('Given up', '已放弃等待'),
  },
  job_kind: { replay: w('Replay', '重放'), import: w('Import', '导入') },
  job_state: {
    running: w('Running', '运行中'),
    done: w('Done', '已完成'),
    stopped: w('Stopped', '已停止'),
    failed: w('Failed', '失败'),
    interrupted: w('Interrupted', '已中断'),
  },
  model_layer: {
    seeds: w('Seeds', '种子数据'),
    staging: w('Staging', '清洗层'),
    facts: w('Facts', '事实层'),
    expectations: w('Promises', '承诺层'),
    anomalies: w('Anomalies', '异常层'),
    sources: w('Sources', '数据源层'),
    marts: w('Marts', '集市层'),
  },
  model_kind: {
    seed: w('Seed', '种子表'),
    ephemeral: w('Set in place', '内嵌'),
    view: w('View', '视图'),
    table: w('Table', '表'),
    incremental: w('Incremental', '增量'),
    materialized_view: w('Materialised view', '物化视图'),
  },
  build_outcome: {
    built: w('Built', '已构建'),
    unchanged: w('Unchanged', '无变化'),
    failed: w('Failed', '失败'),
    skipped: w('Skipped', '已跳过'),
  },
  breaker_state: {
    open: w('Stopped', '已停止'),
    held: w('Derived anyway', '仍然派生'),
    closed: w('Derived', '派生中'),
  },
}
