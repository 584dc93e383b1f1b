/**
 * The mark: a notched stick, split in two along its length. The notches run through both halves.
 */
import type { ReactElement } from 'react';

export function Logo({ size = 32 }: { readonly size?: number }): ReactElement {
  return (
    <svg className="logo" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <g transform="rotate(-40 16 16)">
        <path
          className="logo-stock"
          d="M4 15.2L8.7 15.2L10.5 11.4L12.3 15.2L14.2 15.2L16 11.4L17.8 15.2L19.7 15.2L21.5 11.4L23.3 15.2L30 15.2V10.6Q30 8.2 27.6 8.2H6.4Q4 8.2 4 10.6Z"
        />
        <path
          className="logo-foil"
          d="M2 16.8L8.7 16.8L10.5 20.6L12.3 16.8L14.2 16.8L16 20.6L17.8 16.8L19.7 16.8L21.5 20.6L23.3 16.8L28 16.8V21.4Q28 23.8 25.6 23.8H4.4Q2 23.8 2 21.4Z"
        />
      </g>
    </svg>
  );
}
