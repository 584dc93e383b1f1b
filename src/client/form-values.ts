/**
 * What is typed into a form, out of it and in again.
 */

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

const leftOut = /^(password|file|hidden|submit|reset|button|image|fieldset|output)$/;

/** The values of each name. */
export function readForm(form: HTMLFormElement): Record<string, readonly string[]> {
  const kept = controlsOf(form).map(({ name }) => name);
  const values = new FormData(form);
  return Object.fromEntries(kept.map((name) => [name, values.getAll(name).map(String)]));
}

/** Fills the form, and tells whoever listens as if the user had typed. */
export function fillForm(form: HTMLFormElement, values: Readonly<Record<string, readonly string[]>>): void {
  const seen = new Map<string, number>();
  for (const control of controlsOf(form)) {
    const all = values[control.name];
    if (all === undefined) continue;
    const index = seen.get(control.name) ?? 0;
    seen.set(control.name, index + 1);
    fill(control, all, index);
    for (const type of ['input', 'change']) control.dispatchEvent(new Event(type, { bubbles: true }));
  }
}

function fill(control: Control, all: readonly string[], index: number): void {
  if (/^(checkbox|radio)$/.test(control.type)) set(control, 'checked', all.includes(control.value));
  else if (control instanceof HTMLSelectElement) {
    for (const option of control.options) option.selected = all.includes(option.value);
  } else set(control, 'value', all[index] ?? '');
}

/** Frameworks put a property of their own on the element, and would not notice what goes through it. */
function set(control: Control, property: 'value' | 'checked', value: string | boolean): void {
  Object.getOwnPropertyDescriptor(Object.getPrototypeOf(control), property)?.set?.call(control, value);
}

function controlsOf(form: HTMLFormElement): readonly Control[] {
  return [...form.elements].filter(
    (element): element is Control =>
      'name' in element &&
      element.name !== '' &&
      'type' in element &&
      !leftOut.test(String(element.type)) &&
      !element.closest('[data-no-draft]'),
  );
}
