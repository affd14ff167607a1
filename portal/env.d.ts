/// <reference types="vite/client" />
import type { DefineComponent } from 'vue'

/** Element Plus describes the properties of some components in a way TypeScript 6 takes literally; those are left open. */
type Open = DefineComponent<Record<string, unknown>>

declare module 'vue' {
  interface GlobalComponents {
    ElButton: (typeof import('element-plus'))['ElButton']
    ElConfigProvider: Open
    ElDialog: (typeof import('element-plus'))['ElDialog']
    ElDrawer: (typeof import('element-plus'))['ElDrawer']
    ElDropdown: (typeof import('element-plus'))['ElDropdown']
    ElDropdownItem: (typeof import('element-plus'))['ElDropdownItem']
    ElDropdownMenu: (typeof import('element-plus'))['ElDropdownMenu']
    ElInput: (typeof import('element-plus'))['ElInput']
    ElOption: Open
    ElPagination: Open
    ElPopover: (typeof import('element-plus'))['ElPopover']
    ElSelect: Open
    ElSkeleton: (typeof import('element-plus'))['ElSkeleton']
    ElSwitch: (typeof import('element-plus'))['ElSwitch']
    ElTabPane: Open
    ElTabs: (typeof import('element-plus'))['ElTabs']
  }
}
