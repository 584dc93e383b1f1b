/**
 * The title of the document: the page, then whose it is.
 */
import { useEffect } from 'react';
import { usePath } from './path.ts';

export function useTitle(brand: string, isSignedIn: boolean): void {
  const path = usePath();
  const page = !isSignedIn ? 'Sign in' : path === './account' ? 'Devices and password' : 'Your account';
  useEffect(() => {
    document.title = `${page} · ${brand}`;
  }, [page, brand]);
}
