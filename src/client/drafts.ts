/**
 * Drafts: what a user was typing, kept through a sign-in.
 */
export { createDrafts, type Drafts, type DraftsOptions, type FormDraft } from './create-drafts.ts';
export type { KeyStore } from './key-store.ts';
