/** Who there is, as the local issuer and the seeded cases know them. */

export const NAMES = {
  amira: "Amira Haddad",
  lucas: "Lucas Meyer",
  chen: "Dr. Wei Chen",
  okafor: "Dr. Ngozi Okafor",
  admin: "admin",
} as const;

export type PersonId = keyof typeof NAMES;
