/// <reference types="vite/client" />
import type {
  ElButton,
  ElDialog,
  ElDrawer,
  ElDropdown,
  ElDropdownItem,
  ElDropdownMenu,
  ElInput,
  ElPopover,
  ElSkeleton,
  ElSwitch,
} from 'element-plus'
import type { DefineComponent } from 'vue'

/** Element Plus describes the properties of some components in a way TypeScript 6 takes literally; those are left open. */
type Open = DefineComponent<Record<string, unknown>>

declare module 'vue' {
  interface GlobalComponents {
    ElButton: typeof ElButton
    ElConfigProvider: Open
    ElDialog: typeof ElDialog
    ElDrawer: typeof ElDrawer
    ElDropdown: typeof ElDropdown
    ElDropdownItem: typeof ElDropdownItem
    ElDropdownMenu: typeof ElDropdownMenu
    ElInput: typeof ElInput
    ElOption: Open
    ElPagination: Open
    ElPopover: typeof ElPopover
    ElSelect: Open
    ElSkeleton: typeof ElSkeleton
    ElSwitch: typeof ElSwitch
  }
}
