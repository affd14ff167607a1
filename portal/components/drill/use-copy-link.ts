import { ElMessage } from 'element-plus/es/components/message/index.mjs'
import 'element-plus/es/components/message/style/css'
import { useI18n } from 'vue-i18n'

/** Puts a link where it can be pasted from, and says so; where the browser does not let us, the link itself is shown. */
export function useCopyLink(): (link: string) => Promise<void> {
  const { t } = useI18n()
  return async (link) => {
    try {
      await navigator.clipboard.writeText(link)
      ElMessage.success({ message: t('drill.copied'), grouping: true })
    } catch {
      // Only a page over TLS, and in front, may write there.
      ElMessage.info({ message: link, duration: 0, showClose: true, grouping: true })
    }
  }
}
