/** Who opened or clicked, as far as can be told; a `person` is what no sign of a machine was found for. */
export type VisitActor = 'person' | 'proxy-prefetch' | 'scanner';

interface AgentRule {
  readonly actor: Exclude<VisitActor, 'person'>;
  readonly pattern: RegExp;
}

/** User agents that name a machine. The patterns hold no repetition that could run long. */
const agentRules: readonly AgentRule[] = [
  // Apple's Mail Privacy Protection fetches images for its users, read or not, under this and nothing more.
  { actor: 'proxy-prefetch', pattern: /^mozilla\/5\.0$/i },
  { actor: 'proxy-prefetch', pattern: /googleimageproxy|ggpht\.com|yahoomailproxy|yahoocachesystem/i },
  { actor: 'scanner', pattern: /barracuda|proofpoint|mimecast|messagelabs|symantec|fireeye|forcepoint|sophos/i },
  { actor: 'scanner', pattern: /trendmicro|trend micro|zscaler|cloudmark|cyren|fortinet|safelinks|bitdefender/i },
  {
    actor: 'scanner',
    pattern: /\b(?:\w{0,20}bot)\/|crawler|spider|scanner|bingpreview|facebookexternalhit|whatsapp\/|headless/i,
  },
  { actor: 'scanner', pattern: /^(?:curl|wget|python|java|go-http-client|okhttp|axios|node-fetch|ruby|libwww)/i },
];

const longestAgent = 1_000;

/** What the user agent alone says; `undefined` when it names no machine. */
export function actorOfAgent(userAgent: string | undefined): Exclude<VisitActor, 'person'> | undefined {
  const agent = (userAgent ?? '').slice(0, longestAgent).trim();
  return agentRules.find(({ pattern }) => pattern.test(agent))?.actor;
}

/** An open or click this soon after the delivery, or before it was reported, is the receiving system's own. */
const machineWithinMs = 10_000;

/** Nobody clicks two links of one mail within this. */
const burstMs = 2_000;

interface Visit {
  readonly at: string;
  readonly link?: string;
}

/** Whether the time says that it was a machine: too soon after the delivery. */
export function isTooSoon(at: string, deliveredAt: string | undefined): boolean {
  return deliveredAt !== undefined && Date.parse(at) - Date.parse(deliveredAt) < machineWithinMs;
}

/** How many of the visits their times give away: too soon after the delivery, or several links at once. */
export function countMachineVisits(visits: readonly Visit[], deliveredAt: string | undefined): number {
  const isBurst = (visit: Visit) =>
    visits.some(
      (other) => other.link !== visit.link && Math.abs(Date.parse(other.at) - Date.parse(visit.at)) <= burstMs,
    );
  return visits.filter((visit) => isTooSoon(visit.at, deliveredAt) || isBurst(visit)).length;
}
