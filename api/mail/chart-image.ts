/** A chart drawn on the server, with fonts that come with the product: the picture is the same on every machine. */
import { createRequire } from 'node:module'
import { renderAsync } from '@resvg/resvg-js'
import * as echarts from 'echarts'
import { inks, surfaces } from '#dashboards/charts/colour.ts'
import type { Language } from '#dashboards/charts/context.ts'
import type { ChartModel } from '#dashboards/charts/model.ts'
import { toOption } from '#dashboards/charts/option.ts'

const { resolve } = createRequire(import.meta.url)
const family = 'Noto Sans SC'
const fontFiles = ['400Regular/NotoSansSC_400Regular.ttf', '700Bold/NotoSansSC_700Bold.ttf'].map((file) =>
  resolve(`@expo-google-fonts/noto-sans-sc/${file}`),
)

export type ImageSize = { readonly width: number; readonly height: number }

/** PNG at twice the size, so that it is sharp on dense screens. */
export async function renderChart(
  model: Exclude<ChartModel, { kind: 'kpi' }>,
  language: Language,
  size: ImageSize,
): Promise<Buffer> {
  const image = await renderAsync(chartSvg(model, language, size), {
    font: { fontFiles, loadSystemFonts: false, defaultFontFamily: family },
    fitTo: { mode: 'zoom', value: 2 },
    background: surfaces.light,
  })
  return image.asPng()
}

export function chartSvg(model: Exclude<ChartModel, { kind: 'kpi' }>, language: Language, size: ImageSize): string {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, ...size })
  try {
    const option = toOption(model, { theme: 'light', language, fontFamily: family, interactive: false })
    chart.setOption({
      ...option,
      backgroundColor: surfaces.light,
      textStyle: { color: inks.light.text, fontFamily: family },
    })
    return chart.renderToSVGString()
  } finally {
    chart.dispose()
  }
}
