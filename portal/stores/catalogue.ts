import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { client } from '#portal/api/client.ts'
import type { Catalogue } from '#api/contract/metrics.ts'
import type { Language } from '#dashboards/charts/context.ts'

/** Names and meanings of metrics and dimensions, asked once. */
export const useCatalogue = defineStore('catalogue', () => {
  const catalogue = shallowRef<Catalogue>()
  let asked: Promise<Catalogue> | undefined

  async function load(): Promise<Catalogue> {
    asked ??= client.catalogue().then((found) => (catalogue.value = found))
    return asked.catch((cause: unknown) => {
      asked = undefined
      throw cause
    })
  }

  const metric = (name: string) => catalogue.value?.metrics.find((card) => card.name === name)
  const dimension = (name: string) => catalogue.value?.dimensions.find((card) => card.name === name)
  const metricLabel = (name: string, language: Language): string => metric(name)?.label[language] ?? name
  const dimensionLabel = (name: string, language: Language): string => dimension(name)?.label[language] ?? name
  return { catalogue, load, metric, dimension, metricLabel, dimensionLabel }
})
