/**
 * Orders that have something in common are judged by each other, so a tick that works on one takes in those that look back
 * at it. How far and at how many they look bounds what it takes in.
 */
import { z } from 'zod'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { type Variables, compileModel, relationOf } from '../engine/compile.ts'
import type { Model, Project } from '../engine/project.ts'
import { TransformError } from '../errors.ts'

export type Linkage = {
  /** Notes down what the orders of the tick have, and adds to them those that look back at them. Whether any has something in common with another. */
  follow(variables: Variables): Promise<boolean>
}

const LINKS = 'order_links'

/** Kept here, before everything else of a tick. */
export const isLinks = ({ name }: Pick<Model, 'name'>): boolean => name === LINKS

export function createLinkage(warehouse: Warehouse, project: Project, settings: string): Linkage {
  const model = project.models.find(isLinks)
  if (model === undefined) throw new TransformError('MODEL_UNKNOWN', `orders are linked by the model ${LINKS}`)
  const insert = `insert into ${LINKS} settings ${settings}\n${compileModel(project, model, true)}`
  const shared = `select count() as n from ${relationOf(project, 'int_link_uses', true)}`
  const extend = `insert into tick_orders select order_id from ${relationOf(project, 'int_followers', true)} where order_id not in (select order_id from tick_orders)`

  return {
    async follow(variables) {
      await warehouse.command(insert, { ...variables })
      const [row] = await warehouse.query({
        name: 'things in common',
        sql: shared,
        row: z.object({ n: z.coerce.number() }),
      })
      if (row?.n === 0) return false
      await warehouse.command(extend, { ...variables })
      return true
    },
  }
}
