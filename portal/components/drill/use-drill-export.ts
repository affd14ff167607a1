import { ref } from 'vue'
import { ElMessage } from 'element-plus/es/components/message/index.mjs'
import 'element-plus/es/components/message/style/css'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'
import type { TableFormat } from '#api/contract/media-types.ts'
import type { DrillRequestInput } from '#api/contract/metrics.ts'
import { client } from '#portal/api/client.ts'
import { useProblem } from '#portal/api/use-problem.ts'

/** A browser holds what it downloads here in memory; more rows are made a file on the server. */
const MOST_ROWS_HERE = 20_000

/** All rows of a drill as a file. */
export function useDrillExport() {
  const { t } = useI18n()
  const problemOf = useProblem()
  const router = useRouter()
  const exporting = ref(false)

  async function exportAs(
    format: TableFormat,
    { limit: _, offset: __, ...drill }: DrillRequestInput,
    total: number | undefined,
  ): Promise<void> {
    exporting.value = true
    try {
      if (total !== undefined && total > MOST_ROWS_HERE) {
        await client.exportLater({ drill, format })
        ElMessage.success(t('exports.begun'))
        await router.push({ name: 'exports' })
        return
      }
      const link = document.createElement('a')
      link.href = URL.createObjectURL(await client.drillExport(drill, format))
      link.download = `${drill.metric}.${format}`
      link.click()
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
    } catch (cause) {
      ElMessage.error(t('drill.exportFailed', { reason: problemOf(cause) }))
    } finally {
      exporting.value = false
    }
  }
  return { exporting, exportAs }
}
