/**
 * The dialog that asks before a session ends, as a custom element.
 */
export {
  defineSessionDialog,
  type SessionDialogElement,
  type SessionDialogTexts,
  sessionDialogName,
} from './session-dialog.ts';
