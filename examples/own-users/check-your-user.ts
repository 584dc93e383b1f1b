/**
 * Stands for the user check that you have already.
 */
import { timingSafeEqual } from 'node:crypto';

const users: Readonly<Record<string, { readonly id: string; readonly password: string }>> = {
  carol: { id: 'customer-17', password: process.env.CAROLS_PASSWORD ?? '' },
};

export async function checkYourUser(username: string, password: string): Promise<{ readonly id: string } | undefined> {
  const user = Object.hasOwn(users, username) ? users[username] : undefined;
  const [given, expected] = [Buffer.from(password), Buffer.from(user?.password ?? '')];
  const matches = given.length > 0 && given.length === expected.length && timingSafeEqual(given, expected);
  return matches ? user : undefined;
}
