import { Resolver } from 'node:dns/promises';

export interface MailExchanger {
  readonly exchange: string;
  readonly priority: number;
}

/** Looks names up. An empty answer: there is no such record. Throws when no server answered. */
export interface Dns {
  mx(domain: string): Promise<readonly MailExchanger[]>;
  /** Each record whole, its pieces joined. */
  txt(domain: string): Promise<readonly string[]>;
  cname(domain: string): Promise<readonly string[]>;
}

const timeoutMs = 3_000;
const tries = 2;
/** The server has answered that there is none. */
const none = new Set(['ENODATA', 'ENOTFOUND']);

/** The resolvers that this machine is set to. */
export function systemDns(): Dns {
  const resolver = new Resolver({ timeout: timeoutMs, tries });
  return {
    async mx(domain) {
      // A single "." says that the domain takes no mail (RFC 7505).
      return (await orNone(resolver.resolveMx(domain))).filter(({ exchange }) => exchange !== '');
    },
    txt: async (domain) => (await orNone(resolver.resolveTxt(domain))).map((pieces) => pieces.join('')),
    cname: (domain) => orNone(resolver.resolveCname(domain)),
  };
}

async function orNone<Item>(asked: Promise<Item[]>): Promise<Item[]> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Error && 'code' in error && none.has(String(error.code))) return [];
    throw error;
  }
}
