/**
 * A labelled text field.
 */
import { type ComponentProps, type ReactElement, useId } from 'react';

interface FieldProps extends ComponentProps<'input'> {
  readonly label: string;
}

export function Field({ label, ...input }: FieldProps): ReactElement {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input id={id} {...input} />
    </div>
  );
}
