/**
 * The title of the document: the page, then whose it is.
 */
import { useEffect } from 'react';
import { usePath } from './path.ts';

export function useTitle(brand: string): void {
  const path = usePath();
  useEffect(() => {
    document.title = path === '/account' ? `Devices and password · ${brand}` : brand;
  }, [path, brand]);
}
